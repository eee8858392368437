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
    /// Whether `moongate reload`, `rollback` and `status` reach the site.
    public var control = ControlPlane.off
    /// The program's version, for `moongate status`.
    public var version: String?

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
    private let services: SiteServices
    let decisions: DecisionLog
    private let developmentKey: Secret?
    let state: Mutex<ReloadState>
    let turn = ReloadTurn()
    let started: Timestamp
    let startedInstant = ContinuousClock.now
    let version: String?
    private let control = Mutex<ControlServer?>(nil)

    private init(_ parts: Parts) {
        engine = parts.engine
        scriptsFolder = parts.loader.files.scriptsFolder
        loader = parts.loader
        hooks = parts.hooks
        logger = parts.logger
        developmentPort = parts.options.developmentPort
        store = parts.store
        services = parts.services
        decisions = parts.decisions
        developmentKey = parts.developmentKey
        started = parts.options.clock.now()
        version = parts.options.version
        state = Mutex(ReloadState(parts.loaded, at: started))
    }

    deinit { control.withLock { $0?.stop() } }

    /// What is made before a service is.
    private struct Parts {
        let engine: Engine
        let loader: ScriptGenerationLoader
        let hooks: Hooks
        let options: MoongateOptions
        let logger: Logger
        let store: OpenStore
        let services: SiteServices
        let decisions: DecisionLog
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
            let service = MoongateService(try await parts(path, hooks, options, logger))
            do {
                let control = try service.openControl(options.control)
                service.control.withLock { $0 = control }
                return service
            } catch {
                service.services.close()
                throw error
            }
        } catch let error as StoreError {
            throw error
        } catch let error as ControlError {
            throw SiteError(error.description)
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
        let services = try SiteServices(
            clock: options.clock, logger: logger, directory: WatchedFiles(configPath: path).directory,
            listensOn: options.developmentPort)
        do {
            let loader = ScriptGenerationLoader(configPath: path, options: loading) { try services.services($0) }
            let loaded = try await loader.load()
            loaded.warn(configPath: path, logger)
            loaded.warnOfMissingNames(logger)
            let store = try services.store(loaded.configuration)
            let generation = try generation(loaded, hooks, port: options.developmentPort)
            let decisions = DecisionLog(
                directory: WatchedFiles(configPath: path).directory, clock: options.clock, logger: logger)
            try decisions.use(loaded.configuration.decisions)
            let ports = Ports(
                store: store.store, http: services.fetcher, clock: options.clock, decisions: decisions)
            return Parts(
                engine: Engine(generation, ports: ports, logger: logger), loader: loader, hooks: hooks,
                options: options, logger: logger, store: store, services: services, decisions: decisions,
                developmentKey: key, loaded: loaded)
        } catch {
            services.close()
            throw error
        }
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
            rules: loaded.rules, scriptsAreOff: loaded.scriptsAreOff)
    }

    /// Scripts were left out on purpose.
    public var scriptsAreOff: Bool { state.withLock(\.current.scriptsAreOff) }

    /// The socket that operators' commands reach this site by; `nil` when there is none.
    public var controlPath: String? { control.withLock { $0?.path } }

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
            control.withLock { $0?.stop() }
            decisions.close()
            services.close()
        }
        async let _ = sweepExpiredSessions()  // cancelled when the service ends
        async let _ = reportMetrics()
        await watch()
        // A server beside this service has stopped before it; what its last requests made is told before the end.
        await engine.drainEvents()
    }

    private func sweepExpiredSessions() async {
        let (clock, keyValues) = (engine.ports.clock, store.keyValues)
        await ExpiredSessions(store: engine.ports.store, keyValues: keyValues, clock: clock, logger: logger).run()
    }
}
