import Moongate
import MoongateTokens

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Variables and secrets of the process: the environment, `NAME_FILE`, and systemd's `$CREDENTIALS_DIRECTORY`.
public struct EnvironmentSecretSource: SecretSource {
    /// Bytes of a file that holds a secret.
    private static let largestFile = 64 << 10

    private let environment: [String: String]?
    private let dotEnv: [String: String]

    /// A source.
    /// - Parameters:
    ///   - environment: Stands in for the process's own environment, in tests.
    ///   - dotEnv: Variables that count where the environment has none of that name.
    public init(environment: [String: String]? = nil, dotEnv: [String: String] = [:]) {
        self.environment = environment
        self.dotEnv = dotEnv
    }

    public func variable(_ name: String) -> String? {
        if let value = own(name), !value.isEmpty { return value }
        guard let value = dotEnv[name], !value.isEmpty else { return nil }
        return value
    }

    public func secret(_ name: String) throws -> Secret? {
        guard Self.isVariableName(name) else { return nil }
        // One order for all sources: a file of the environment comes before a value of the `.env` file.
        if let value = own(name), !value.isEmpty { return Secret(value) }
        if let path = own(name + "_FILE"), !path.isEmpty { return try file(path, isRequired: true) }
        if let folder = own("CREDENTIALS_DIRECTORY"), !folder.isEmpty,
            let secret = try file("\(folder)/\(name)", isRequired: false)
        {
            return secret
        }
        return variable(name).map { Secret($0) }
    }

    /// Whether the environment has no value for `name` and says where files are.
    func mayBeFile(_ name: String) -> Bool {
        (own(name) ?? "").isEmpty && [name + "_FILE", "CREDENTIALS_DIRECTORY"].contains { !(own($0) ?? "").isEmpty }
    }

    private func own(_ name: String) -> String? {
        if let environment { return environment[name] }
        return getenv(name).map { String(cString: $0) }
    }

    private func file(_ path: String, isRequired: Bool) throws -> Secret? {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        do {
            guard var bytes = try RootDirectory(folder)?.read(name, limit: Self.largestFile) else {
                if isRequired { throw SecretSourceError("the file \(path) is not there") }
                return nil
            }
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
            if bytes.isEmpty { throw SecretSourceError("the file \(path) is empty") }
            return Secret(bytes: bytes)
        } catch let refusal as FileRefusal {
            throw SecretSourceError("the file \(path) \(refusal.message)")
        }
    }

    static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 128 else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || $0 == UInt8(ascii: "_")
        }
    }
}
