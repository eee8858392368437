/// Nanoseconds of this process's CPU time per operation, over a number of rounds. CPU time, because the machine may be
/// shared: on the wall clock others would be measured, too.
struct Rounds {
    private var samples: [Double] = []

    private static let rounds = 25
    private static let roundTime = 30e6

    /// Runs `body` until a round has taken about 30 ms, then 25 times.
    static func measure(_ body: () async throws -> Void) async rethrows -> Rounds {
        var count = 64
        while try await time(count, body) < roundTime { count *= 2 }
        var result = Rounds()
        for _ in 0..<rounds { result.samples.append(try await time(count, body) / Double(count)) }
        result.samples.sort()
        return result
    }

    /// What the code costs.
    var minimum: Double { samples.first ?? 0 }
    /// What it costs on this machine now, caches shared with others.
    var median: Double { samples.isEmpty ? 0 : samples[samples.count / 2] }

    private static func time(_ count: Int, _ body: () async throws -> Void) async rethrows -> Double {
        let start = ProcessClock.cpu()
        for _ in 0..<count { try await body() }
        return ProcessClock.cpu() - start
    }
}
