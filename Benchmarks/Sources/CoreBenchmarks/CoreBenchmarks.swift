import HTTPTypes
import MeasuredSite
import Moongate
import MoongateTokens

/// What the parts of a session read cost, without a server: `CoreBenchmarks FOLDER [NAME [TIMES]]`.
@main
struct CoreBenchmarks {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (2...4).contains(arguments.count) else {
            print("usage: CoreBenchmarks FOLDER [NAME [TIMES]]")
            return
        }
        let site = try Site(arguments[1])
        let report = Report(arguments.dropFirst(2))
        report.header()
        try await sealing(site, report)
        try await hooks(site, report)
        try await reads(site, report)
    }

    private static func sealing(_ site: Site, _ report: Report) async throws {
        let sealed = try site.keys.seal(site.payload)
        print("  payload of \(site.payload.count) bytes, token of \(sealed.count) characters")
        try await report.measure("seal") { _ = try site.keys.seal(site.payload) }
        try await report.measure("open") { _ = try site.keys.open(sealed) }
        try await report.measure("seal and open", target: 6000) {
            _ = try site.keys.open(site.keys.seal(site.payload))
        }
    }

    private static func hooks(_ site: Site, _ report: Report) async throws {
        let call = site.signInCall
        let (jwtHook, sessionHook) = (site.scripts.chain(.jwt)[0], site.scripts.chain(.session)[0])
        try await report.measure("jwt hook: token, 20 groups, user, account", target: 6000) {
            let lease = try site.scripts.lease()
            defer { lease.end() }
            _ = try await site.run(jwtHook, call, on: lease)
        }
        let sealed = try site.keys.seal(site.payload)
        try await report.measure("open, both hooks, seal", target: 14_000) {
            let token = try site.keys.open(sealed)
            let lease = try site.scripts.lease()
            defer { lease.end() }
            let restoring = HookCall.Restoration(names: Site.reserved, original: token)
            let jwt = HookCall([.init("token", .json(token))], restoring: restoring, keepsResult: true)
            let changed = try await site.run(jwtHook, jwt, on: lease)
            let session = HookCall([.init("session", .json(Site.session)), .init("token", .kept)])
            _ = try await site.run(sessionHook, session, on: lease)
            _ = try site.keys.seal(changed)
        }
    }

    private static func reads(_ site: Site, _ report: Report) async throws {
        let session = try site.request("/auth/session")
        let stranger = AuthRequest(target: "/auth/session", authority: "localhost:3000")
        try await read("Engine.respond: both hooks, sealed anew", site.engine(reissues: true), session, report)
        try await read("Engine.respond: both hooks", site.engine(reissues: false), session, report)
        try await read("Engine.respond: no hooks", site.engine(reissues: false, hooks: false), session, report)
        try await read("Engine.respond: signed out, first visit", site.engine(reissues: false), stranger, report)
        let unknown = try site.request("/auth/no")
        try await read("Engine.respond: no such action (400)", site.engine(reissues: false), unknown, report)
    }

    private static func read(_ name: String, _ engine: Engine, _ request: AuthRequest, _ report: Report) async throws {
        let status: HTTPResponse.Status = request.target == "/auth/session" ? .ok : .badRequest
        let isSignedIn = !request.headers[values: .cookie].isEmpty && status == .ok
        let answer = await engine.respond(to: request)
        guard answer.status == status, !isSignedIn || answer.body.count > 100 else {
            throw Site.Unexpected("\(name): \(answer.status)")
        }
        await report.measure(name) { _ = await engine.respond(to: request) }
    }
}
