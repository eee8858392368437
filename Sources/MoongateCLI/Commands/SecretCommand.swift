import ArgumentParser
import MoongateTokens

/// `moongate secret`
struct SecretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secret", abstract: "Prints a fresh secret for AUTH_SECRET: 32 random bytes in base64.")

    func run() throws {
        guard let bytes = try? randomBytes(32) else {
            throw CommandFailure(.couldNotRun, "moongate: the system's random source does not answer")
        }
        Terminal.print(Base64.encode(bytes))
    }
}
