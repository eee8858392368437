import ArgumentParser
import Moongate
import MoongateTokens

/// `moongate token issue | inspect`
struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Makes and reads session tokens, as Auth.js does.",
        subcommands: [TokenIssueCommand.self, TokenInspectCommand.self])
}

/// Which key a token is sealed with.
struct TokenKeyOptions: ParsableArguments {
    @Option(help: "The secret, any length. For tests: it can be seen in the process list.")
    var secret: String?

    @Option(
        name: .customLong("secret-env"),
        help: "The environment variable that holds the secret, or, with _FILE behind its name, the path of its file.")
    var secretEnv: String?

    @Option(help: "The salt: the session cookie's name, authjs.session-token or __Secure-authjs.session-token.")
    var salt = "authjs.session-token"

    func keys() throws -> SealingKeys {
        do { return try SealingKeys(secrets: [try value()], salt: salt) } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.usage, "moongate: no key can be derived: \(error)")
        }
    }

    private func value() throws -> Secret {
        switch (secret, secretEnv) {
        case (let secret?, nil):
            guard !secret.isEmpty else { throw CommandFailure(.usage, "moongate: the secret is empty") }
            return Secret(secret)
        case (nil, let name?):
            guard let found = try Environment.secret(name) else {
                throw CommandFailure(.usage, "moongate: neither \(name) nor \(name)_FILE is set in the environment")
            }
            return found
        case (nil, nil):
            guard let found = try Environment.secret("AUTH_SECRET") else {
                throw CommandFailure(
                    .usage, "moongate: set AUTH_SECRET or AUTH_SECRET_FILE, or give --secret-env NAME or --secret")
            }
            return found
        default: throw CommandFailure(.usage, "moongate: give either --secret or --secret-env, not both")
        }
    }
}

/// `moongate token issue`
struct TokenIssueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue", abstract: "Reads claims (a JSON object) from standard input and prints a sealed token.",
        discussion: "iat, exp and jti are set; whatever the input says of them is replaced.")

    @OptionGroup var key: TokenKeyOptions

    @Option(name: .customLong("max-age"), help: "How long the token lasts, in seconds.")
    var maxAge: Int64 = 2_592_000

    func run() throws {
        let keys = try key.keys()
        let input = try Terminal.readInput()
        let now = SystemClock().now().seconds
        guard let claims = try? Claims(parsing: input), (try? JSONValue(parsing: input))?.objectValue != nil else {
            throw ScriptReport.failure("token.claims", "standard input is not a JSON object")
        }
        let (expires, overflow) = now.addingReportingOverflow(maxAge)
        guard !overflow else { throw CommandFailure(.usage, "moongate: --max-age is too large") }
        let jti = uuidV4(from: try randomBytes(16))
        let sealed: [UInt8]
        do {
            sealed = try keys.seal(
                TokenPayload.stamped(claims.canonicalBytes, iat: now, exp: expires, jti: jti))
        } catch {
            throw ScriptReport.failure("token.tooLarge", "\(error)")
        }
        Terminal.print(String(decoding: sealed, as: UTF8.self))
    }
}

/// `moongate token inspect`
struct TokenInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Reads a token from standard input and prints its claims as JSON.",
        discussion: "A token that cannot be opened, or has expired, ends with exit code 1.")

    @OptionGroup var key: TokenKeyOptions

    func run() throws {
        let keys = try key.keys()
        let input = try Terminal.readInput()
        let token = input.filter { $0 > 0x20 }
        do {
            let payload = try keys.open(token)
            try TokenTimes.check(payload, now: SystemClock().now().seconds)
            Terminal.print(String(decoding: payload, as: UTF8.self))
        } catch let error as TokenError {
            throw ScriptReport.failure(error.code.rawValue, error.reason)
        }
    }
}
