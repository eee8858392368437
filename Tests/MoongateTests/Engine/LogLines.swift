import Logging
import Synchronization

@testable import Moongate

/// Keeps what an engine logs.
final class LogLines: LogHandler {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let metadata: Logger.Metadata

        var code: String? { metadata["code"].map { "\($0)" } }
    }

    private let kept = Mutex<[Line]>([])
    var lines: [Line] { kept.withLock { $0 } }
    /// The codes of all lines that have one, in their order.
    var codes: [String] { lines.compactMap(\.code) }

    var logger: Logger { Logger(label: "test") { _ in self } }

    // Handlers are values by contract; one that is shared keeps no settings.
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }
    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }

    func log(event: LogEvent) {
        let line = Line(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
        kept.withLock { $0.append(line) }
    }
}

extension Site {
    /// A site like `other`, with stand-ins of its own and a log that can be read.
    init(_ other: Site, log: LogLines, scriptsAreOff: Bool = false) throws {
        let model = other.engine.generation
        let generation = try Generation(
            id: model.id, configuration: model.configuration, hooks: model.hooks, scripts: model.scripts,
            scriptsAreOff: scriptsAreOff)
        engine = Engine(
            generation, ports: Ports(store: store, http: provider, clock: clock), logger: log.logger)
    }
}
