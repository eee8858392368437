import MoongateTokens

/// One thing in a configuration that is wrong, or (in a list of warnings) worth a look.
public struct ConfigurationProblem: Sendable, Hashable, CustomStringConvertible {
    /// A stable name: `config.unknownKey`, `config.type`, `config.value`, `config.missing`, `config.unavailable`,
    /// `config.secret`, `config.conflict`, `config.folder`, `config.warning`.
    public let code: String
    /// Where, as a script would write it: `providers[2].issuer`. Empty for the table as a whole.
    public let path: String
    /// What is wrong and what to do about it. Holds no value of a secret.
    public let sentence: String
    /// The line of the file, counted from 1; `nil` where nobody knows the file.
    public let line: Int?

    /// A problem from its parts.
    public init(code: String, path: String, sentence: String, line: Int? = nil) {
        self.code = code
        self.path = path
        self.sentence = sentence
        self.line = line
    }

    /// The same, with its place.
    public func at(line: Int?) -> ConfigurationProblem {
        ConfigurationProblem(code: code, path: path, sentence: sentence, line: line)
    }

    public var description: String { path.isEmpty ? sentence : "\(path): \(sentence)" }
}

/// A configuration that cannot be used, with all its mistakes at once.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    /// Never empty; in the order of reading.
    public let problems: [ConfigurationProblem]

    /// An error from its problems.
    public init(_ problems: [ConfigurationProblem]) { self.problems = problems }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// A configuration that can be used, and what should be said about it at the start.
public struct ParsedConfiguration: Sendable {
    /// Checked and complete.
    public let configuration: Configuration
    /// Things that work and should not stay as they are.
    public let warnings: [ConfigurationProblem]
    /// Where its secrets and variables came from: whoever looks one up later looks there.
    public let secrets: any SecretSource
    /// Names that the configuration itself consumes, by `secret` or by `env`: what scripts are never given.
    public let engineNames: Set<String>
    /// Those of its secrets that were read from files of their own, by name. They may be replaced while the program runs,
    /// with the configuration as it was.
    package var secretFiles: [String: Secret] = [:]

    /// A checked configuration with its warnings.
    public init(
        configuration: Configuration, warnings: [ConfigurationProblem],
        secrets: any SecretSource = DictionarySecretSource(), engineNames: Set<String> = []
    ) {
        self.configuration = configuration
        self.warnings = warnings
        self.secrets = secrets
        self.engineNames = engineNames
    }
}

/// Collects problems while a configuration is read, so that all are reported at once. One reading, one list.
package final class ConfigurationProblems {
    package private(set) var errors: [ConfigurationProblem] = []
    package private(set) var warnings: [ConfigurationProblem] = []

    package init() {}

    package func add(_ code: String, _ path: String, _ sentence: String) {
        errors.append(ConfigurationProblem(code: code, path: path, sentence: sentence))
    }

    package func warn(_ path: String, _ sentence: String) {
        warnings.append(ConfigurationProblem(code: "config.warning", path: path, sentence: sentence))
    }

    package func unavailable(_ path: String, _ what: String) {
        add("config.unavailable", path, "\(what) is not available in this version")
    }
}
