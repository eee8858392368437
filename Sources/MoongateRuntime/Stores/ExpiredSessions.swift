import Logging
import Moongate

/// Takes sessions and scripts' values that have expired out of the store, so that a browser which never comes back leaves
/// nothing behind.
struct ExpiredSessions: Sendable {
    /// Between two sweeps; expiry itself is decided at each read.
    static let interval = Duration.seconds(3600)
    /// Rows of one write, so that sign-ins never wait long for it.
    static let batch = 1000

    /// `nil` where no database is configured.
    let store: (any SessionStore)?
    let keyValues: any KeyValueStore
    let clock: any AuthClock
    let logger: Logger

    /// Sweeps now and then every hour, until the task is cancelled. A store that cannot answer is asked again next time.
    func run() async {
        while !Task.isCancelled {
            await report("sessions") { try await sweep() }
            await report("values") { try await sweepValues() }
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
        }
    }

    private func report(_ kind: String, _ sweep: () async throws -> Int) async {
        do {
            let count = try await sweep()
            guard count > 0 else { return }
            logger.info("Expired entries removed", metadata: ["kind": "\(kind)", "count": "\(count)"])
        } catch {
            logger.warning(
                "Expired entries could not be removed", metadata: ["kind": "\(kind)", "reason": "\(error)"])
        }
    }

    /// Removes all sessions that have expired by now; returns how many.
    func sweep() async throws -> Int {
        guard let store else { return 0 }
        return try await inBatches { try await store.deleteExpiredSessions(before: $0, limit: Self.batch) }
    }

    /// Removes all values that have expired by now; returns how many.
    func sweepValues() async throws -> Int {
        try await inBatches { try await keyValues.deleteExpiredValues(now: $0, limit: Self.batch) }
    }

    private func inBatches(_ delete: (Timestamp) async throws -> Int) async throws -> Int {
        let now = clock.now()
        var total = 0
        while !Task.isCancelled {
            let count = try await delete(now)
            total += count
            if count < Self.batch { break }
        }
        return total
    }
}
