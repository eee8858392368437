#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// One line a figure: nanoseconds of this process's CPU time per operation, the minimum and the median of 25 rounds of
/// about 30 ms.
struct Report {
    /// Only figures with this text in their name are taken: for a profiler.
    let only: String?

    func header() {
        print("In process, ns of CPU per decision (25 rounds)".padded(to: 52) + "   minimum    median    target")
    }

    /// The minimum; `nil` where the figure was not asked for.
    @discardableResult
    func measure(_ name: String, target: Double?, _ body: () async throws -> Void) async rethrows -> Double? {
        if let only, !name.contains(only) { return nil }
        var count = 64
        while try await Self.time(count, body) < 30e6 { count *= 2 }
        var samples: [Double] = []
        for _ in 0..<25 { samples.append(try await Self.time(count, body) / Double(count)) }
        samples.sort()
        var text = name.padded(to: 52) + Self.number(samples[0]) + Self.number(samples[12])
        if let target { text += Self.number(target) + (samples[0] <= target ? "  met" : "  MISSED") }
        print(text)
        return samples[0]
    }

    private static func time(_ count: Int, _ body: () async throws -> Void) async rethrows -> Double {
        let start = cpuTime()
        for _ in 0..<count { try await body() }
        return cpuTime() - start
    }

    private static func cpuTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }

    private static func number(_ value: Double) -> String {
        let digits = String(Int(value.rounded()))
        return String(repeating: " ", count: max(1, 10 - digits.count)) + digits
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
