import Foundation
import HTTPTypes
import Logging
import Moongate
import MoongateRuntime
import Synchronization

/// A fault of `Tests/Corpus/faults`: what the log calls it, and which limits bring it out.
struct Fault: Sendable {
    let name: String
    let codes: Set<String>
    let limits: [String: Int64]

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../Corpus/faults"
    ).standardized.path

    /// Those that scripts bring about by themselves. How long a call may take is a matter for a machine of one's own.
    static let all: [Fault] = {
        let around: Set = ["kvDown", "storeDown", "poolFull", "wall"]
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: folder + "/faults.json")),
            let document = try? JSONValue(parsing: Array(data)), let plain = document["plain"],
            let faults = document["faults"]?.objectValue
        else { return [] }
        return faults.filter { !around.contains($0.key) }.sorted { $0.key < $1.key }.map { name, value in
            Fault(
                name: name, codes: Set((value["codes"]?.arrayValue ?? []).compactMap(\.stringValue)),
                limits: ((value["limits"] ?? plain).objectValue ?? [:]).compactMapValues(\.integerValue))
        }
    }()
}

/// A site of those files, loaded as a library loads one.
final class FaultSite: Sendable {
    static let origin = "https://app.example.com"

    let service: MoongateService
    let log = LoggedCodes()
    private let folder: ReloadFolder

    var engine: Engine { service.engine }

    init(_ fault: Fault) async throws {
        folder = try ReloadFolder(jwt: nil)
        for file in try FileManager.default.subpathsOfDirectory(atPath: Fault.folder) where file.hasSuffix(".lua") {
            try folder.write(file, Self.text(file))
        }
        let limits = fault.limits.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
        try folder.write(
            "config.lua",
            """
            return { url = '\(Self.origin)', secret = string.rep('s', 32), database = 'memory:',
              session = { strategy = 'jwt' }, limits = { script = { \(limits) } },
              scripts = { needs = { http = { '127.0.0.1' }, kv = true } },
              providers = {
                provider 'credentials' { credentials = { { name = 'username' }, { name = 'password' } } } } }
            """)
        service = try await MoongateService.load(folder.configPath, logger: log.logger)
    }

    private static func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(Fault.folder)/\(file)", encoding: .utf8)
    }

    /// Posts the form, on the way to `/to/<name>`.
    func signIn(_ name: String) async throws -> AuthResponse {
        let first = await engine.respond(to: AuthRequest(target: "/auth/csrf"))
        let csrf = try Claims(parsing: first.body)["csrfToken"]?.stringValue ?? ""
        let headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded", .cookie: cookies(first).joined(separator: "; "),
        ]
        let body = "username=\(name)&password=open%20sesame&callbackUrl=%2Fto%2F\(name)&csrfToken=\(csrf)"
        return await engine.respond(
            to: AuthRequest(
                method: .post, target: "/auth/callback/credentials", headers: headers, body: Array(body.utf8)))
    }

    func cookies(_ response: AuthResponse) -> [String] {
        response.headers[values: .setCookie].map { String($0.prefix { $0 != ";" }) }
    }

    /// The session cookie as a browser sends it back; `nil` when the answer says nothing about one.
    func session(_ response: AuthResponse) -> String? { cookies(response).first { $0.contains("session-token") } }

    /// A reload that is taken, one that is refused, and one that is taken.
    func reloads() async throws -> [String] {
        try folder.write("scripts/lib/version.lua", "return 1")
        var outcomes = [await service.reload().name]
        try folder.write("scripts/session.lua", "return function(p) end end")
        outcomes.append(await service.reload().name)
        try folder.write("scripts/session.lua", Self.text("scripts/session.lua"))
        try folder.write("scripts/lib/version.lua", "return 2")
        outcomes.append(await service.reload().name)
        return outcomes
    }
}

/// The codes of what is logged.
final class LoggedCodes: Sendable {
    private let codes = Mutex<Set<String>>([])

    var all: Set<String> { codes.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(codes: self) } }

    private struct Handler: LogHandler {
        let codes: LoggedCodes
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard let code = event.metadata?["code"] else { return }
            codes.codes.withLock { _ = $0.insert("\(code)") }
        }
    }
}
