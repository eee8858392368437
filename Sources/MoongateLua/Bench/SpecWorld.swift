import Logging
import LuaHost
import Moongate
import Synchronization

/// Everything around a script while one spec runs: it stands still, knows nobody, and is new for every test.
final class SpecWorld: Sendable {
    let clock = SpecClock()
    let random = SpecRandom()
    let http: SpecFetcher
    let log = SpecLog()
    let secrets = SpecSecrets()
    let store = InMemoryStore()
    let keyValues = InMemoryKeyValueStore()

    /// - Parameter addresses: Reads URLs as the server's own fetcher does; it is never asked to fetch one.
    init(addresses: (any HTTPFetcher)?) { http = SpecFetcher(addresses: addresses) }

    var services: HostServices {
        let log = log
        var logger = Logger(label: "spec") { _ in log }
        logger.logLevel = .debug
        var services = HostServices(clock: clock, random: random, logger: logger)
        services.seed = 1
        services.http = http
        services.secrets = secrets
        services.keyValues = keyValues
        services.store = store
        return services
    }
}

/// A clock that moves when it is told to.
final class SpecClock: AuthClock {
    /// 2023-11-14T22:13:20Z, when every test begins.
    static let start = Timestamp(seconds: 1_700_000_000)
    private let moment = Mutex(start)

    func now() -> Timestamp { moment.withLock { $0 } }

    func set(_ moment: Timestamp) { self.moment.withLock { $0 = moment } }

    func advance(milliseconds: Int64) {
        moment.withLock { moment in
            let (sum, overflow) = moment.milliseconds.addingReportingOverflow(milliseconds)
            if !overflow { moment = Timestamp(milliseconds: sum) }
        }
    }
}

/// The same bytes in every test, so that what went wrong once goes wrong again. Nothing that lasts is made from them.
final class SpecRandom: RandomSource {
    private let state = Mutex<UInt64>(1)

    func bytes(_ count: Int) throws -> [UInt8] {
        state.withLock { state in
            (0..<max(0, count)).map { _ in
                // Knuth's MMIX generator; the high bits are the good ones.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 56)
            }
        }
    }
}

/// Variables and secrets that a spec gives; a secret that it does not give is `secret-of-<NAME>`.
final class SpecSecrets: SecretSource {
    private let given = Mutex<[String: String]>([:])

    func give(_ name: String, _ value: String) { given.withLock { $0[name] = value } }

    func variable(_ name: String) -> String? {
        let value = given.withLock { $0[name] }
        return value?.isEmpty == true ? nil : value
    }

    func secret(_ name: String) throws -> Secret? { Secret(variable(name) ?? "secret-of-\(name)") }
}

/// Keeps what scripts log.
final class SpecLog: LogHandler {
    private let recorded = Mutex<[JSONValue]>([])
    /// `{level, message, fields}` each, oldest first.
    var entries: [JSONValue] { recorded.withLock { $0 } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .debug }
        set {}
    }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).mapValues { JSONValue.string("\($0)") }
        let level = event.level == .warning ? "warn" : event.level.rawValue
        let entry: JSONValue = [
            "level": .string(level), "message": .string("\(event.message)"), "fields": .object(fields),
        ]
        // As many as anybody looks at: a script that logs in a loop must not fill the memory.
        recorded.withLock { if $0.count < 1_000 { $0.append(entry) } }
    }
}
