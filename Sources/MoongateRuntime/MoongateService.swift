import Logging
import LuaHost
import Moongate
import MoongateCurl
import MoongateLua
import MoongateSQL
import MoongateTokens
import ServiceLifecycle
import Synchronization

/// What a program decides about a site, beside its files.
public struct MoongateOptions: Sendable {
    /// Development mode: loopback only, a secret made once, the `dev` provider allowed.
    public var development = false
    /// In development mode: the port that the program listens on; a loopback `url` moves along with it.
    public var developmentPort: UInt16?
    /// `false` starts without scripts.
    public var usesScripts = true
    /// The time; for tests.
    public var clock: any AuthClock = SystemClock()

    /// A production start with scripts.
    public init() {}
}

/// A site at work: everything that `config.lua` names, wired into one ``Moongate/Engine``.
///
/// Run it as a service: it watches the files, replaces the generation when they change, and closes the database at the
/// end. An engine answers as soon as ``load(_:hooks:options:logger:)`` has returned, watched or not.
///
/// ```swift
/// let moongate = try await MoongateService.load("config.lua")
/// let router = Router(context: AuthServerContext.self)
/// router.add(middleware: AuthRoutes(moongate.engine))
/// try await Application(router: router, services: [moongate]).runService()
/// ```
public final class MoongateService: Service {
    /// Answers requests.
    public let engine: Engine
    /// Where the scripts lie.
    public let scriptsFolder: String
    let loader: ScriptGenerationLoader
    let hooks: Hooks
    let logger: Logger
    let developmentPort: UInt16?
    private let store: OpenStore
    private let fetcher: CurlFetcher
    private let developmentKey: Secret?
    let loaded: Mutex<LoadedGeneration>
    let turn = Mutex(ReloadTurn.idle)

    private init(_ parts: Parts) {
        engine = parts.engine
        scriptsFolder = parts.loader.files.scriptsFolder
        loader = parts.loader
        hooks = parts.hooks
        logger = parts.logger
        developmentPort = parts.options.developmentPort
        store = parts.store
        fetcher = parts.fetcher
        developmentKey = parts.developmentKey
        loaded = Mutex(parts.loaded)
    }

    /// What is made before a service is.
    private struct Parts {
        let engine: Engine
        let loader: ScriptGenerationLoader
        let hooks: Hooks
        let options: MoongateOptions
        let logger: Logger
        let store: OpenStore
        let fetcher: CurlFetcher
        let developmentKey: Secret?
        let loaded: LoadedGeneration
    }

    /// Reads the files, opens the database and makes an engine.
    ///
    /// - Parameters:
    ///   - path: The configuration; `scripts/` lies beside it.
    ///   - hooks: Swift closures; they run before the scripts of the same name.
    /// - Throws: ``SiteError`` with everything that is wrong with the files, `StoreError` when the database cannot be
    ///   opened.
    public static func load(
        _ path: String = "config.lua", hooks: Hooks = Hooks(), options: MoongateOptions = MoongateOptions(),
        logger: Logger = Logger(label: "moongate")
    ) async throws -> MoongateService {
        do {
            return MoongateService(try await parts(path, hooks, options, logger))
        } catch let error as StoreError {
            throw error
        } catch {
            throw SiteError(error, configuration: path)
        }
    }

    private static func parts(
        _ path: String, _ hooks: Hooks, _ options: MoongateOptions, _ logger: Logger
    ) async throws -> Parts {
        guard LuaPool.hasEnoughStack() else {
            throw SiteError("the threads of this process have too small a stack for scripts: raise it (ulimit -s 8192)")
        }
        var loading = ScriptGenerationLoader.Options()
        loading.usesScripts = options.usesScripts
        var key: Secret?
        if options.development {
            let directory = WatchedFiles(configPath: path).directory
            let fresh = Secret(Base64URL.encode(try randomBytes(18)))
            key = fresh
            loading.development = DevelopmentMode(key: fresh)
            if EnvironmentSecretSource().variable("AUTH_SECRET") == nil {
                loading.developmentSecret = try DevelopmentSecret.obtain(in: directory)
            }
        }
        let loader = ScriptGenerationLoader(configPath: path, options: loading, clock: options.clock, logger: logger)
        let loaded = try await loader.load()
        loaded.warn(configPath: path, logger)
        let store = try OpenStore.open(
            loaded.configuration.database, relativeTo: WatchedFiles(configPath: path).directory)
        let fetcher = try CurlFetcher()
        let generation = try generation(loaded, hooks, port: options.developmentPort)
        let ports = Ports(store: store.store, http: fetcher, clock: options.clock)
        return Parts(
            engine: Engine(generation, ports: ports, logger: logger), loader: loader, hooks: hooks, options: options,
            logger: logger, store: store, fetcher: fetcher, developmentKey: key, loaded: loaded)
    }

    /// The engine's generation of what was read; in development mode with the port that is listened on.
    static func generation(_ loaded: LoadedGeneration, _ hooks: Hooks, port: UInt16?) throws -> Generation {
        var configuration = loaded.configuration
        if configuration.development != nil, let port {
            let origin = configuration.origin
            configuration.origin = Origin(scheme: origin.scheme, host: origin.host, port: port)
        }
        return try Generation(
            id: loaded.id, configuration: configuration, hooks: hooks, scripts: loaded.runner,
            scriptsAreOff: loaded.scriptsAreOff)
    }

    /// Scripts were left out on purpose.
    public var scriptsAreOff: Bool { loaded.withLock(\.scriptsAreOff) }

    /// Whether the database can answer.
    public func isReady() async -> Bool { await store.isReady() }

    /// Development mode's sign-in link, with this start's key; `nil` outside it. For the terminal, not for logs.
    public var developmentLink: String? {
        guard let developmentKey else { return nil }
        let configuration = engine.generation.configuration
        let key = String(decoding: developmentKey.bytes, as: UTF8.self)
        return "\(configuration.origin)\(configuration.basePath)/signin?key=\(key)"
    }

    /// Watches the files until the program ends; then closes what was opened.
    public func run() async throws {
        defer {
            fetcher.shutdown()
            store.close()
        }
        async let _ = sweepExpiredSessions()  // cancelled when the service ends
        guard engine.generation.configuration.watchesFiles else {
            try? await gracefulShutdown()
            return
        }
        let watcher = try FileWatcher(loader.files, since: loaded.withLock(\.digest))
        defer { watcher.stop() }
        await withTaskCancellationOrGracefulShutdownHandler {
            for await _ in watcher.changes { await reload() }
        } onCancelOrGracefulShutdown: {
            watcher.stop()
        }
    }

    private func sweepExpiredSessions() async {
        guard let store = engine.ports.store else { return }
        await ExpiredSessions(store: store, clock: engine.ports.clock, logger: logger).run()
    }
}
