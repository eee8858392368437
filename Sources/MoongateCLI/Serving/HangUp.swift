import MoongateRuntime
import ServiceLifecycle
import UnixSignals

/// SIGHUP reloads, as operators expect of a server.
struct HangUp: Service {
    let site: MoongateService

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown()
        for await _ in signals { await site.reload() }
    }
}
