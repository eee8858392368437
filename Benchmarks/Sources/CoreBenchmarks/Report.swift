/// One line a figure, with its target and whether it is met.
struct Report {
    /// Only figures with this text in their name are taken: for a profiler.
    let only: String?
    /// Runs each figure so many times and prints nothing: for counting instructions, which is repeatable.
    let times: Int?

    func header() {
        print("In process, ns of CPU per operation (25 rounds)".padded(to: 52) + "   minimum    median    target")
    }

    func measure(_ name: String, target: Double? = nil, _ body: () async throws -> Void) async rethrows {
        if let only, !name.contains(only) { return }
        if let times {
            for _ in 0..<times { try await body() }
            return
        }
        let rounds = try await Rounds.measure(body)
        var text = name.padded(to: 52) + Self.number(rounds.minimum) + Self.number(rounds.median)
        if let target { text += Self.number(target) + (rounds.minimum <= target ? "  met" : "  MISSED") }
        print(text)
    }

    private static func number(_ value: Double) -> String {
        let digits = String(Int(value.rounded()))
        return String(repeating: " ", count: max(1, 10 - digits.count)) + digits
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
