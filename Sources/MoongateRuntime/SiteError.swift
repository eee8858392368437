import Moongate
import MoongateLua

/// What is wrong with a site's files, all of it at once, as sentences with places.
public struct SiteError: Error, Sendable, CustomStringConvertible {
    /// `config.lua:7: providers[2].issuer: must be …`, `scripts/jwt.lua:3: …`. Never empty.
    public let problems: [String]

    /// An error from one sentence.
    public init(_ problem: String) { problems = [problem] }

    /// An error from several.
    public init(problems: [String]) { self.problems = problems }

    /// The problems of whatever loading a site throws.
    init(_ error: any Error, configuration: String) {
        switch error {
        case let error as SiteError: problems = error.problems
        case let error as ScriptSetError: problems = error.failures.map(\.description)
        case let error as ScriptFailure: problems = [error.description]
        case let error as ConfigurationError:
            problems = error.problems.map { problem in
                "\(configuration)\(problem.line.map { ":\($0)" } ?? ""): \(problem)"
            }
        default: problems = ["\(configuration): \(error)"]
        }
    }

    public var description: String { problems.joined(separator: "\n") }
}
