import MeasuredSite

/// One way to run the hook, with a figure for each round.
struct Leg: Sendable {
    let name: String
    let body: @Sendable () async throws -> [UInt8]
    private let calls: Int
    private(set) var cpu = Figures()
    private(set) var elapsed = Figures()

    /// - Parameter calls: How many make a round: enough for some ten milliseconds.
    init(_ name: String, calls: Int, _ body: @escaping @Sendable () async throws -> [UInt8]) {
        self.name = name
        self.calls = calls
        self.body = body
    }

    mutating func measure() async throws {
        let (cpuBefore, before) = (ProcessClock.cpu(), ProcessClock.elapsed())
        for _ in 0..<calls { _ = try await body() }
        cpu.values.append((ProcessClock.cpu() - cpuBefore) / Double(calls) / 1000)
        elapsed.values.append((ProcessClock.elapsed() - before) / Double(calls) / 1000)
    }
}

/// Microseconds a call, one figure a round.
struct Figures: Sendable {
    var values: [Double] = []

    var median: Double {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// The median of the ratios within a round: what slows a machine down slows both.
    func ratio(to other: Figures) -> Double { Figures(values: zip(values, other.values).map { $0 / $1 }).median }
}

extension Double {
    /// With so many decimals, to the right of a column.
    func text(_ decimals: Int, width: Int) -> String {
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((self * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        let digits = "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
        return String(repeating: " ", count: max(0, width - digits.count)) + digits
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
