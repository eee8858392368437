import ArgumentParser
import MoongateRuntime

/// `moongate reload`
struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Makes a running server take its files as they are now.",
        discussion:
            "Exit code 1 with every problem, file and line, when they are not right; the server goes on as it was.")

    @OptionGroup var server: ControlOptions

    func run() throws {
        try server.report(try server.ask(.reload)) { outcome, generation in
            outcome == "installed"
                ? "Reloaded: generation \(generation) serves"
                : "Unchanged: generation \(generation), which serves, is made of the files as they are now"
        }
    }
}
