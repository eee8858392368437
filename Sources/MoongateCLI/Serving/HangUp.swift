import Logging
import MoongateRuntime
import ServiceLifecycle
import UnixSignals

/// SIGHUP reloads, as operators expect of a server.
struct HangUp: Service {
    let site: MoongateService
    let logger: Logger

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown()
        for await _ in signals {
            if await site.reload(.signal) == .unchanged { logger.info("Nothing changed: the files are those that run") }
        }
    }
}
