import Logging
import Moongate
import MoongateCurl
import MoongateLua
import Synchronization

/// What a site's generations stand on and none of them owns: the store, outgoing HTTP, the clock. Opened once, with the
/// first configuration that is right; a later one with another database is refused before it serves.
final class SiteServices: Sendable {
    /// For the engine: sign-ins must not wait for the services that scripts ask.
    let fetcher: CurlFetcher
    private let scriptFetcher: CurlFetcher
    private let base: HostServices
    private let directory: String
    private let opened = Mutex<OpenStore?>(nil)

    /// - Parameters:
    ///   - directory: What paths in the configuration are relative to.
    ///   - port: The one that the program listens on, where it is known.
    init(clock: any AuthClock, logger: Logger, directory: String, listensOn port: UInt16? = nil) throws {
        fetcher = try CurlFetcher()
        scriptFetcher = try CurlFetcher(
            configuration: CurlFetcher.Configuration(maximumConcurrent: OpenFiles.forScripts))
        var services = HostServices(clock: clock, logger: logger)
        services.http = scriptFetcher
        services.listensOn = port
        base = services
        self.directory = directory
    }

    /// The services of one generation.
    /// - Throws: `StoreError` when the database cannot be opened.
    func services(_ configuration: Configuration) throws -> HostServices {
        let store = try store(configuration)
        var services = base
        services.store = store.store
        services.keyValues = store.keyValues
        return services
    }

    /// The store that the first configuration named.
    func store(_ configuration: Configuration) throws -> OpenStore {
        try opened.withLock { opened in
            if let opened { return opened }
            let store = try OpenStore.open(configuration.database, relativeTo: directory)
            opened = store
            return store
        }
    }

    /// Ends connections and transfers.
    func close() {
        fetcher.shutdown()
        scriptFetcher.shutdown()
        opened.withLock { $0 }?.close()
    }
}
