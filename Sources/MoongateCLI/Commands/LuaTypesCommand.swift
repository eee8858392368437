import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `moongate lua-types`
struct LuaTypesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lua-types",
        abstract: "Prints what scripts are given and can call, as annotations for the Lua language server.",
        discussion: """
            `moongate init` writes them to docs/lua/moongate.lua, where its .luarc.json looks. After an update of Moongate, \
            moongate lua-types --out docs/lua writes the new ones.
            """)

    @Option(help: "Writes moongate.lua into this folder, over an older one, instead of printing it.")
    var out: String?

    func run() throws {
        guard let out else { return Terminal.print(String(decoding: PackageResources.moongate_lua, as: UTF8.self)) }
        guard mkdir(out, 0o755) == 0 || errno == EEXIST else {
            throw CommandFailure(
                .couldNotRun, "moongate: \(out) cannot be made: \(String(cString: strerror(errno)))")
        }
        let path = "\(out)/moongate.lua"
        try FileInput.replace(path, PackageResources.moongate_lua)
        Terminal.print("made  \(path)")
    }
}
