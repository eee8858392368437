import LuaHost
import Moongate
import MoongateTokens

/// `config.lua` and the `.env` beside it, as they were at one moment.
public struct ConfigFile: Sendable {
    /// Bytes of `config.lua`.
    static let largestFile = 256 << 10

    /// The folder that paths in the configuration are relative to.
    public let directory: String
    /// As it stands in errors: `config.lua`.
    public let name: String
    let source: LuaSource
    let dotEnv: [UInt8]?

    /// Reads the file once; runs nothing.
    /// - Throws: ``ScriptSetError`` when it is not there or cannot be read.
    public static func read(_ path: String) throws -> ConfigFile {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        do {
            let root = try RootDirectory(directory)
            guard let text = try root?.read(name, limit: largestFile) else {
                throw FileRefusal("file.missing", "is not there; `moongate init \(directory)` makes one")
            }
            let dotEnv = try root?.read(".env", limit: largestFile)
            return ConfigFile(
                directory: directory, name: name, source: LuaSource(name: name, text: text), dotEnv: dotEnv)
        } catch let refusal as FileRefusal {
            throw ScriptSetError([ScriptFailure(code: refusal.code, message: refusal.message, script: path)])
        }
    }

    /// SHA-256 of what was read.
    public var digest: [UInt8] {
        SHA256.hash(SHA256.hash(source.text) + (dotEnv.map { SHA256.hash($0) } ?? []))
    }

    /// Runs the file in the sandbox and checks what it returns.
    ///
    /// The `.env` file counts only where the site's address, with it, is a loopback one: it is for work on one's own
    /// machine, and a forgotten one must not decide anything elsewhere. It never overrides the environment.
    ///
    /// - Parameters:
    ///   - environment: Stands in for the process's own environment, in tests.
    ///   - development: Allows the `dev` provider.
    ///   - developmentSecret: Stands in for a missing secret in development mode.
    /// - Throws: ``ScriptSetError`` when the file does not run, ``ConfigurationError`` when what it returns is wrong.
    public func load(
        environment: [String: String]? = nil, development: DevelopmentMode? = nil, developmentSecret: Secret? = nil
    ) async throws -> ParsedConfiguration {
        func load(_ secrets: EnvironmentSecretSource) async throws -> ParsedConfiguration {
            let used = RecordingSecretSource(secrets)
            let document = try await evaluate(used)
            let parser = ConfigurationParser(
                secrets: used, development: development, developmentSecret: developmentSecret)
            do {
                return try parser.parse(document).taking(used, of: secrets)
            } catch let error as ConfigurationError { throw located(error) }
        }
        let plain = EnvironmentSecretSource(environment: environment)
        guard let dotEnv else { return try await load(plain) }
        let parsed = try await load(EnvironmentSecretSource(environment: environment, dotEnv: DotEnv.parse(dotEnv)))
        guard !parsed.configuration.origin.isLoopback else { return parsed }
        let warning = ConfigurationProblem(
            code: "config.warning", path: "",
            sentence: "the .env file is not used, since the site is not on this machine")
        return try await load(plain).warning(warning)
    }

    private func located(_ error: ConfigurationError) -> ConfigurationError {
        let places = TablePlaces(source.text)
        return ConfigurationError(error.problems.map { $0.at(line: places.place($0.path)?.line) })
    }

    /// A failure of this file, at the line of the key that its message begins with; any other as it is.
    public func located(_ failure: ScriptFailure) -> ScriptFailure {
        guard failure.script == name, failure.line == nil, let path = failure.message.split(separator: ":").first else {
            return failure
        }
        let place = TablePlaces(source.text).place(String(path))
        return ScriptFailure(code: failure.code, message: failure.message, script: name, line: place?.line)
    }
}

extension ParsedConfiguration {
    /// With the variables that the file itself read while it ran, and the secrets that came out of files.
    fileprivate func taking(_ used: RecordingSecretSource, of source: EnvironmentSecretSource) -> ParsedConfiguration {
        var parsed = ParsedConfiguration(
            configuration: configuration, warnings: warnings, secrets: source,
            engineNames: engineNames.union(used.names))
        parsed.secretFiles = used.secrets.filter { source.mayBeFile($0.key) }
        return parsed
    }

    fileprivate func warning(_ warning: ConfigurationProblem) -> ParsedConfiguration {
        var parsed = ParsedConfiguration(
            configuration: configuration, warnings: warnings + [warning], secrets: secrets, engineNames: engineNames)
        parsed.secretFiles = secretFiles
        return parsed
    }
}
