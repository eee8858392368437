import Moongate
import MoongateRuntime

/// What the terminal shows when the server is up.
struct Greeting: Sendable {
    let service: MoongateService
    let listener: Listener
    let isDevelopment: Bool

    private var scripts: String {
        if service.scriptsAreOff { return "  Scripts   are off (--no-scripts)" }
        return service.engine.generation.configuration.watchesFiles
            ? "  Edit      \(service.scriptsFolder)/*.lua: a saved script takes effect at once"
            : "  Edit      \(service.scriptsFolder)/*.lua, then run `moongate reload` or send SIGHUP"
    }

    /// A link to this machine that leads to another port than the one that is listened on.
    private var elsewhere: String? {
        let origin = service.engine.generation.configuration.origin
        guard origin.isLoopback, origin.port != listener.port else { return nil }
        return "            which is what `url` says; it reaches this server only through a proxy on that\n"
            + "            port; without one, `url` has to be http://localhost:\(listener.port)"
    }

    var text: String {
        let configuration = service.engine.generation.configuration
        let base = "\(configuration.origin)\(configuration.basePath)"
        var lines = ["", "  Moongate \(Version.text)", ""]
        if let link = service.developmentLink {
            lines += ["  Sign in   \(link)"]
        } else {
            lines += ["  Sign in   \(base)/signin"]
        }
        if let remark = elsewhere { lines += [remark] }
        lines += [
            "  Listening on http://\(listener.host == "127.0.0.1" ? "localhost" : listener.host):\(listener.port)",
            scripts,
            "  Stop      Ctrl-C", "",
        ]
        return lines.joined(separator: "\n")
    }
}
