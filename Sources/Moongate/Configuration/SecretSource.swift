import MoongateTokens

/// Where the values come from that a configuration only names. The parser itself reads no environment and no file.
public protocol SecretSource: Sendable {
    /// An environment variable; `nil` when it is unset or empty.
    func variable(_ name: String) -> String?
    /// The secret called `name`; `nil` when there is none.
    ///
    /// To implement: look in the environment, then in the file that `<name>_FILE` names, then in
    /// `$CREDENTIALS_DIRECTORY/<name>`; take one trailing line end off; treat an empty value as none.
    /// - Throws: ``SecretSourceError`` when a file is named and cannot be read.
    func secret(_ name: String) throws -> Secret?
}

/// A named secret that is there and cannot be read.
public struct SecretSourceError: Error, Sendable, CustomStringConvertible {
    /// Which file, and why. Never the content.
    public let description: String

    /// An error that says this.
    public init(_ description: String) { self.description = description }
}

/// Variables from a dictionary and nothing else: for tests and for embedders that keep their own secrets.
public struct DictionarySecretSource: SecretSource {
    private let variables: [String: String]

    /// A source that knows these variables.
    public init(_ variables: [String: String] = [:]) { self.variables = variables }

    public func variable(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    public func secret(_ name: String) throws -> Secret? { variable(name).map { Secret($0) } }
}
