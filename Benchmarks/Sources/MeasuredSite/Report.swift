/// One line a figure, with its target and whether it is met.
package struct Report {
    /// Only figures with this text in their name are taken: for a profiler.
    private let only: String?
    /// Runs each figure so many times and prints nothing: for counting instructions, which is repeatable.
    package let times: Int?

    /// - Parameter arguments: Of the command line behind the folder: `[NAME [TIMES]]`.
    package init(_ arguments: some Sequence<String>) {
        let arguments = Array(arguments)
        only = arguments.first
        times = arguments.dropFirst().first.flatMap { Int($0) }
    }

    package func header() {
        guard times == nil else { return }
        print("In process, ns of CPU per operation (25 rounds)".padded(to: 52) + "   minimum    median    target")
    }

    /// - Returns: The minimum; `nil` where the figure was not asked for.
    @discardableResult
    package func measure(
        _ name: String, target: Double? = nil, _ body: () async throws -> Void
    ) async rethrows -> Double? {
        if let only, !name.contains(only) { return nil }
        if let times {
            for _ in 0..<times { try await body() }
            return nil
        }
        let rounds = try await Rounds.measure(body)
        var text = name.padded(to: 52) + Self.number(rounds.minimum) + Self.number(rounds.median)
        if let target { text += Self.number(target) + (rounds.minimum <= target ? "  met" : "  MISSED") }
        print(text)
        return rounds.minimum
    }

    private static func number(_ value: Double) -> String {
        let digits = String(Int(value.rounded()))
        return String(repeating: " ", count: max(1, 10 - digits.count)) + digits
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
