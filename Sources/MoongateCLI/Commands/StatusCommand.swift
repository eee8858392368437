import ArgumentParser
import MoongateRuntime
import MoongateTokens

/// `moongate status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Says how a running server is: generations, the last reload, what scripts use."
    )

    @OptionGroup var server: ControlOptions

    func run() throws {
        let status = try server.ask(.status)
        Terminal.print(
            server.json
                ? String(decoding: JSONValue.object(status).canonicalBytes(), as: UTF8.self) : StatusText(status).text)
    }
}
