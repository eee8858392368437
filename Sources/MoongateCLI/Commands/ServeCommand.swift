import ArgumentParser
import Hummingbird
import HummingbirdCore
import Logging
import Moongate
import MoongateHummingbird
import MoongateRuntime

/// `moongate serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves the Auth.js endpoints, the built-in pages, /healthz and /readyz.")

    @Option(help: "The configuration; scripts/ lies beside it.")
    var config = "config.lua"

    @Option(help: "The address to listen on. 0.0.0.0 or :: for all; with --dev loopback only.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on; 0 takes a free one and prints it.")
    var port: Int = 3000

    @Flag(help: "Development mode: this machine only, a secret made once, the dev provider allowed.")
    var dev = false

    @Flag(name: .customLong("no-scripts"), help: "Start without scripts: the break-glass when they are broken.")
    var noScripts = false

    @Option(help: "A control socket of this path; without it, .moongate/control.sock beside the configuration.")
    var control: String?

    @Flag(
        name: .customLong("no-control"),
        help: "No control socket: reload, rollback and status do not reach this server.")
    var noControl = false

    @Option(name: .customLong("log-format"), help: "text for people, json for programs (one object a line).")
    var logFormat = LogFormat.text

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func run() async throws {
        let logger = try startLogging()
        guard (0...65_535).contains(port) else {
            throw CommandFailure(.usage, "moongate: --port is a number from 0 to 65535, not \(port)")
        }
        if dev, !["127.0.0.1", "::1", "localhost"].contains(host) {
            throw CommandFailure(
                .usage, "moongate: development mode answers this machine only: leave --host out, or leave --dev out")
        }
        guard control == nil || !noControl else {
            throw CommandFailure(.usage, "moongate: give either --control or --no-control, not both")
        }
        OpenFiles.raiseLimit()
        let listener = try Listener.prepare(host: host, port: port)
        var options = MoongateOptions()
        options.development = dev
        options.developmentPort = UInt16(exactly: listener.port)
        options.usesScripts = !noScripts
        options.control = noControl ? .off : control.map(ControlPlane.path) ?? .standard
        options.version = Version.text
        let service = try await SiteReport.loading(ConfigPath.of(config)) {
            try await MoongateService.load(ConfigPath.of(config), options: options, logger: logger)
        }
        try await serve(service, on: listener, logger: logger)
    }

    private func startLogging() throws -> Logger {
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw CommandFailure(
                .usage,
                "moongate: --log-level is one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let format = logFormat
        LoggingSystem.bootstrap { _ in LineLogHandler(level: level, format: format) }
        return Logger(label: "moongate")
    }

    private func serve(_ service: MoongateService, on listener: Listener, logger: Logger) async throws {
        // The server's own chatter (listening, shutting down) is told by us, in our words.
        var serverLogger = logger
        serverLogger.logLevel = max(logger.logLevel, .warning)
        let greeting = Greeting(service: service, listener: listener, isDevelopment: dev)
        let application = Application(
            responder: AuthResponder(service.engine) { await service.isReady() },
            // Whoever says nothing for half a minute makes room for others, and connections end before the system's
            // files do: the database and the provider need some, too.
            server: .sessionLane(service.engine, idleTimeout: .seconds(30)),
            configuration: ApplicationConfiguration(
                address: .hostname(listener.host, port: listener.port), serverName: "moongate",
                availableConnectionsDelegate: MaximumAvailableConnections(OpenFiles.forConnections)),
            services: [service, HangUp(site: service, logger: logger)],
            onServerRunning: { _ in Terminal.print(greeting.text) },
            logger: serverLogger)
        do {
            try await application.runService(gracefulShutdownSignals: [.sigterm, .sigint])
            logger.info("Stopped")
        } catch {
            throw CommandFailure(.couldNotRun, "moongate: \(listener.sentence(for: error))")
        }
    }
}

extension LogFormat: ExpressibleByArgument {}
