import HTTPTypes
import Testing

@testable import Moongate

/// The same faults where a library reads the session (``Engine/session(from:)``): an error, never a session, never a
/// cookie.
@Suite struct LibraryReadTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let hook: HookName
        let step: @Sendable () -> HookStep
        let testDescription: String
    }

    private static let faults: [Fault] = {
        let failures = [
            "script.error", "script.steps", "script.cpu", "script.wall", "script.memory", "script.result",
            "script.hostCalls", "script.cancelled", "hook.noReturn", "hook.type",
        ]
        let hooks = [HookName.jwt, .session]
        let broken = hooks.flatMap { hook in
            failures.map { code in
                Fault(hook: hook, step: { .failure(code) }, testDescription: "\(hook) \(code)")
            }
        }
        let nonsense = hooks.flatMap { hook in
            ["true", "1", "\"text\"", "[]"].map { text in
                Fault(hook: hook, step: { .json(text) }, testDescription: "\(hook) returns \(text)")
            }
        }
        let verdict = hooks.map { hook in
            Fault(
                hook: hook, step: { .returned(.denied(code: "x", message: nil)) }, testDescription: "\(hook) denies")
        }
        let none = Fault(hook: .session, step: { .returned(.null) }, testDescription: "session returns nil")
        return broken + nonsense + verdict + [none]
    }()

    private func request(_ site: Site) throws -> AuthRequest {
        let sealed = try site.sealed(["sub": "1", "name": "Ada"])
        return AuthRequest(target: "/me", headers: [.cookie: "\(site.names.session)=\(sealed)"])
    }

    @Test(arguments: faults) func faultIsAnErrorAndNoSession(_ fault: Fault) async throws {
        let site = try Site(scripts: ScriptedHooks((fault.hook, [fault.step()])))
        let request = try request(site)
        await #expect(throws: (any Error).self) { try await site.engine.session(from: request) }
    }

    @Test(arguments: faults) func faultIs503AndSetsNoCookie(_ fault: Fault) async throws {
        let site = try Site(scripts: ScriptedHooks((fault.hook, [fault.step()])))
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "1", "name": "Ada"])
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable)
        #expect(response.headers[.retryAfter] == "1" && response.cookies.isEmpty)
    }

    @Test func hookThatWorksIsASession() async throws {
        let site = try Site(scripts: ScriptedHooks((.session, [.json(#"{"user":{"name":"Ada"}}"#)])))
        let read = try await site.engine.session(from: try request(site))
        #expect(read.session?["user"] == ["name": "Ada"])
    }
}
