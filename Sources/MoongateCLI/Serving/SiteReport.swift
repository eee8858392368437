import Moongate
import MoongateRuntime

/// Turns what is wrong with a site into sentences and an exit code.
enum SiteReport {
    static func loading<Site>(_ path: String, _ body: () async throws -> Site) async throws -> Site {
        do { return try await body() } catch let error as SiteError {
            throw CommandFailure(.couldNotRun, text(error))
        } catch let error as StoreError {
            throw CommandFailure(.couldNotRun, "moongate: the database cannot be used: \(error.message)")
        }
    }

    /// One line for each problem.
    static func text(_ error: SiteError) -> String {
        error.problems.map { "moongate: \($0)" }.joined(separator: "\n")
    }
}
