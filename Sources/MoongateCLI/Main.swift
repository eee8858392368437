import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `moongate`: parses arguments, calls the runtime, turns outcomes into exit codes (0 done, 1 not right, 2 bad usage, 3
/// could not run).
@main
struct Main {
    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try MoongateCommand.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.printError(failure.message)
            exit(failure.code.rawValue)
        } catch let code as ExitCode {
            exit(code.rawValue)
        } catch {
            end(with: error)
        }
    }

    /// Help and version are no errors; everything else that ArgumentParser throws is bad usage.
    private static func end(with error: any Error) -> Never {
        let message = MoongateCommand.fullMessage(for: error)
        guard MoongateCommand.exitCode(for: error) != .success else {
            Terminal.print(message)
            exit(0)
        }
        Terminal.printError(message)
        exit(CommandFailure.Code.usage.rawValue)
    }
}

/// The root command.
struct MoongateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "moongate",
        abstract: "Sign-in and sessions on the Auth.js wire contract, with decisions in Lua.",
        version: Version.text,
        subcommands: [
            ServeCommand.self, InitCommand.self, CheckCommand.self, TestCommand.self, CallCommand.self,
            ExplainCommand.self, EvalCommand.self, LuaTypesCommand.self,
            ReloadCommand.self, RollbackCommand.self, StatusCommand.self,
            SecretCommand.self, TokenCommand.self,
        ])
}

/// Standard output and standard error, unbuffered.
enum Terminal {
    static func print(_ text: String) { write(text, to: STDOUT_FILENO) }
    static func printError(_ text: String) { write(text, to: STDERR_FILENO) }

    private static func write(_ text: String, to file: Int32) {
        var bytes = Array(text.utf8)
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(file, buffer.baseAddress, buffer.count)
                #elseif canImport(Musl)
                    Musl.write(file, buffer.baseAddress, buffer.count)
                #else
                    Darwin.write(file, buffer.baseAddress, buffer.count)
                #endif
            }
            guard written > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(written, 0))
        }
    }

    /// All of standard input, up to a limit.
    /// - Throws: ``CommandFailure`` beyond it.
    static func readInput(maximumBytes: Int = 1 << 20) throws -> [UInt8] {
        var input: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return input }
            input += block[..<count]
            guard input.count <= maximumBytes else {
                throw CommandFailure(.usage, "moongate: standard input is larger than \(maximumBytes) bytes")
            }
        }
    }
}
