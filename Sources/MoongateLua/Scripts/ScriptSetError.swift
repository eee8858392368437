import Moongate

/// Files that cannot be used: all their problems at once, each with file and (where there is one) line.
public struct ScriptSetError: Error, Sendable, CustomStringConvertible {
    /// Never empty.
    public let failures: [ScriptFailure]

    /// An error from its failures.
    public init(_ failures: [ScriptFailure]) { self.failures = failures }

    public var description: String { failures.map(\.description).joined(separator: "\n") }
}
