import ArgumentParser
import Logging
import Moongate
import MoongateLua
import MoongateRuntime

/// `moongate explain METHOD URL`
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what the access rules decide about a request, and why.",
        discussion: """
            No server is needed: config.lua and scripts/ are read as `check` reads them, but that the rules' \
            tests need not hold. Without --as nobody is signed in, \
            unless a --header carries a session's cookie or token. Exit code 0 where the request is let through, 1 where it \
            is not, 2 for a wrong command line, 3 where the files cannot be used.
            """)

    @Argument(help: "GET, POST, …")
    var method: String

    @Argument(help: "The URL, or a path; the host is then that of the configuration's url.")
    var url: String

    @Option(help: "A JSON file of the user's claims, as rules see them after all hooks; - for standard input.")
    var `as`: String?

    @Option(help: "A header field of the request, as in 'Cookie: …' or 'Authorization: Bearer …'. May be repeated.")
    var header: [String] = []

    @Option(help: "The client's address.")
    var ip: String?

    @Option(name: .customLong("auth-age"), help: "The user signed in this many seconds ago.")
    var authAge: Int64?

    @Option(help: "The configuration; scripts/ lies beside it.")
    var config = "config.lua"

    @Flag(help: "Prints the record as one line of JSON.")
    var json = false

    func run() async throws {
        LoggingSystem.bootstrap { _ in LineLogHandler(level: .critical, format: .text) }
        let subject = try subject()
        let record = try await record(subject)
        Terminal.print(json ? String(decoding: record.canonicalBytes, as: UTF8.self) : record.text)
        guard record.decision.isAllowed else { throw ExitCode(CommandFailure.Code.notRight.rawValue) }
    }

    private func record(_ subject: SiteExplanation.Subject) async throws -> DecisionRecord {
        do {
            let site = try await SiteExplanation(configPath: ConfigPath.of(config))
            let asked = try ExplainedRequest(method: method, url: url, fields: header, ip: ip, origin: site.origin)
            return try await site.explain(asked.request, as: subject)
        } catch let error as SiteError {
            throw CommandFailure(.couldNotRun, SiteReport.text(error))
        } catch let error as ScriptSetError {
            throw CommandFailure(.couldNotRun, error.failures.map { "moongate: \($0)" }.joined(separator: "\n"))
        }
    }

    private func subject() throws -> SiteExplanation.Subject {
        if let ip, !NetworkRange.isAddress(ip) {
            throw CommandFailure(.usage, "moongate: --ip takes an address, as in 192.0.2.7 or 2001:db8::7")
        }
        guard let file = `as` else {
            guard authAge == nil else {
                throw CommandFailure(.usage, "moongate: --auth-age says when the user of --as signed in: give both")
            }
            return .request
        }
        let carriesSession = header.contains { field in
            ["cookie:", "authorization:"].contains { field.lowercased().hasPrefix($0) }
        }
        guard !carriesSession else {
            throw CommandFailure(.usage, "moongate: give the user by --as or by a cookie or token, not both")
        }
        let text = file == "-" ? try Terminal.readInput() : try FileInput.read(file)
        guard let members = (try? JSONValue(parsing: text))?.objectValue else {
            let name = file == "-" ? "standard input" : file
            throw CommandFailure(.usage, "moongate: \(name) is not a JSON object of claims, as in {\"sub\":\"7\"}")
        }
        var claims = Claims(members)
        if let authAge {
            guard (0...3_153_600_000).contains(authAge) else {
                throw CommandFailure(.usage, "moongate: --auth-age is a number of seconds, 0 or more")
            }
            claims["auth_time"] = .integer(SystemClock().now().seconds - authAge)
        }
        return .claims(claims)
    }
}
