import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `moongate init DIR`
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Makes a site: config.lua, scripts/ and what an editor needs to know them.",
        discussion: "Files that are there already are never touched.")

    @Argument(help: "The folder; made when it is not there.")
    var directory: String

    /// The site that ships with Moongate, as it stands in its repository.
    private static let files: [(path: String, content: [UInt8])] = [
        ("config.lua", PackageResources.config_lua),
        ("scripts/signIn.lua", PackageResources.signIn_lua),
        ("scripts/jwt.lua", PackageResources.jwt_lua),
        ("scripts/session.lua", PackageResources.session_lua),
        ("scripts/redirect.lua", PackageResources.redirect_lua),
        ("scripts/authorize.lua", PackageResources.authorize_lua),
        ("scripts/rules.lua", PackageResources.rules_lua),
        ("scripts/lib/roles.lua", PackageResources.roles_lua),
        ("scripts/lib/blocked.lua", PackageResources.blocked_lua),
        ("scripts/spec/signIn_spec.lua", PackageResources.signIn_spec_lua),
        ("scripts/spec/jwt_spec.lua", PackageResources.jwt_spec_lua),
        ("scripts/spec/session_spec.lua", PackageResources.session_spec_lua),
        ("scripts/spec/redirect_spec.lua", PackageResources.redirect_spec_lua),
        ("scripts/spec/authorize_spec.lua", PackageResources.authorize_spec_lua),
        ("docs/lua/moongate.lua", PackageResources.moongate_lua),
        (".luarc.json", PackageResources.luarc_json),
        (".gitignore", Array("*.db\n*.db-*\n.env\nmoongate.dev-secret*\n.moongate/\n*.jsonl\n".utf8)),
    ]

    func run() throws {
        for folder in ["", "/scripts", "/scripts/lib", "/scripts/spec", "/docs", "/docs/lua"] {
            guard mkdir(directory + folder, 0o755) == 0 || errno == EEXIST else {
                throw CommandFailure(
                    .couldNotRun, "moongate: \(directory + folder) cannot be made: \(String(cString: strerror(errno)))")
            }
        }
        for file in Self.files {
            let path = "\(directory)/\(file.path)"
            if access(path, F_OK) == 0 {
                Terminal.print("kept  \(path)")
            } else {
                try FileInput.create(path, file.content)
                Terminal.print("made  \(path)")
            }
        }
        Terminal.print("\nNext: " + (directory == "." ? "" : "cd \(directory) && ") + "moongate serve --dev")
        Terminal.print(
            "Plugins: copy a folder into \(directory)/plugins/ and name it in config.lua: plugins = { \"roles\" }")
    }
}
