import Logging
import Moongate

/// Takes sessions that have expired out of the store, so that a browser which never comes back leaves nothing behind.
struct ExpiredSessions: Sendable {
    /// Between two sweeps; expiry itself is decided at each read.
    static let interval = Duration.seconds(3600)
    /// Rows of one write, so that sign-ins never wait long for it.
    static let batch = 1000

    let store: any SessionStore
    let clock: any AuthClock
    let logger: Logger

    /// Sweeps now and then every hour, until the task is cancelled. A store that cannot answer is asked again next time.
    func run() async {
        while !Task.isCancelled {
            do {
                let count = try await sweep()
                if count > 0 { logger.info("Expired sessions removed", metadata: ["count": "\(count)"]) }
            } catch {
                logger.warning("Expired sessions could not be removed", metadata: ["reason": "\(error)"])
            }
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
        }
    }

    /// Removes all that have expired by now, a batch at a time; returns how many.
    func sweep() async throws -> Int {
        let now = clock.now()
        var total = 0
        while !Task.isCancelled {
            let count = try await store.deleteExpiredSessions(before: now, limit: Self.batch)
            total += count
            if count < Self.batch { break }
        }
        return total
    }
}
