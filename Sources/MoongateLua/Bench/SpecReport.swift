import Moongate

/// What running specs showed.
public struct SpecReport: Sendable {
    /// One `it`, or a spec file that could not be read as one.
    public struct Test: Sendable {
        /// `scripts/spec/jwt_spec.lua`.
        public let file: String
        /// The names of the groups around it and its own.
        public let names: [String]
        /// Where the `it` stands, if known.
        public let line: Int?
        /// How it went.
        public let outcome: Outcome
        /// How long it took.
        public let duration: Duration

        /// All names in one line.
        public var name: String { names.joined(separator: " › ") }

        /// What stands for the tests of a file that cannot be read as one, or of all that need it.
        static let wholeFile = ["(the file)"]

        /// Whether a test is asked for: its names hold the text, as they are printed or with blanks between them, in any
        /// letter case. `nil` asks for all.
        static func matches(_ filter: String?, _ names: [String]) -> Bool {
            guard let filter = filter?.lowercased() else { return true }
            return [" › ", " "].contains { names.joined(separator: $0).lowercased().contains(filter) }
        }
    }

    /// How a test went.
    public enum Outcome: Sendable {
        case passed
        /// Written down with `pending` and not yet there.
        case pending
        /// The failure's place is the line of the expectation, or where the script raised.
        case failed(ScriptFailure)
    }

    /// In the order that they ran in.
    public internal(set) var tests: [Test] = []
    /// All of it.
    public internal(set) var duration = Duration.zero

    /// A report of nothing.
    public init() {}

    /// What failed, with places. Empty is a success, also where there was nothing to run.
    public var failures: [ScriptFailure] {
        tests.compactMap { test in
            guard case .failed(let failure) = test.outcome else { return nil }
            return failure
        }
    }

    /// How many passed, failed, and are pending.
    public var counts: (passed: Int, failed: Int, pending: Int) {
        tests.reduce(into: (0, 0, 0)) { counts, test in
            switch test.outcome {
            case .passed: counts.passed += 1
            case .failed: counts.failed += 1
            case .pending: counts.pending += 1
            }
        }
    }

    /// Adds what another owner's specs showed.
    public mutating func add(_ other: SpecReport) {
        tests += other.tests
        duration += other.duration
    }
}

extension SpecReport.Test {
    /// A file without which the specs of its owner cannot run.
    init(unusable failure: ScriptFailure) {
        self.init(
            file: failure.script ?? "?", names: Self.wholeFile, line: failure.line, outcome: .failed(failure),
            duration: .zero)
    }
}
