import HTTPTypes
import MoongateTokens
import Synchronization
import Testing

@testable import Moongate

/// A sign-out that comes while a rule's function runs: the decision that is under way must not bring the session back.
@Suite struct SignOutDuringDecisionTests {
    private let engine: Engine
    private let during = During()
    private let request: AuthRequest

    init() throws {
        engine = try Site().engine
        let rules = try RuleBench.rules([
            "inject": ["X-User-Id": "id"],
            "routes": [RuleBench.route("/when", ["login": true, "when": RuleBench.function("when")])],
        ])
        var configuration = engine.generation.configuration
        configuration.session.alwaysReissues = true
        engine.install(
            try Generation(id: "g", configuration: configuration, scripts: YesAfter(during: during), rules: rules))
        let cookies = try engine.sealNewSession(Claims(["sub": "7", "sid": "session-1"]))
        request = AuthRequest(
            target: "/when", authority: "app.example.com",
            headers: [.cookie: cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")])
    }

    @Test func decisionWithoutASignOutAllowsAndReissues() async {
        let decision = await engine.decide(request)
        #expect(decision.verdict == .allow)
        #expect(decision.identityHeaders.map(\.value) == ["7"])
        #expect(decision.setCookies.count == 1)
    }

    @Test func sessionThatEndsMeanwhileIsNobodysAndSetsNoCookie() async throws {
        during.set { [engine] in engine.ledger.end("session-1", now: engine.ports.clock.now()) }
        let judgement = await engine.judge(request, knowing: nil)
        #expect(judgement.decision.verdict == .login(provider: nil))
        #expect(judgement.decision.identityHeaders.map(\.value) == [nil])
        #expect(judgement.decision.setCookies.isEmpty)
        let session = try #require(judgement.session)
        #expect(session.session == nil && session.setCookies.isEmpty)
    }

    @Test func readThatEndedLaterIsKnownAsEnded() async throws {
        let read = try await engine.session(from: request)
        #expect(!read.setCookies.isEmpty && !engine.hasEnded(read))
        engine.ledger.end("session-1", now: engine.ports.clock.now())
        #expect(engine.hasEnded(read))
    }
}

/// What happens while a function runs.
private final class During: Sendable {
    private let work = Mutex<(@Sendable () -> Void)?>(nil)
    func set(_ work: @escaping @Sendable () -> Void) { self.work.withLock { $0 = work } }
    func run() { work.withLock { $0 }?() }
}

/// Every function says true, after what happens meanwhile.
private struct YesAfter: HookRunner {
    let during: During

    func chain(_ hook: HookName) -> [HookReference] { [] }
    func lease() throws -> any HookLease { Lease(during) }

    private final class Lease: HookLease {
        private let during: During
        init(_ during: During) { self.during = during }

        func start(_ hook: HookReference, _ call: HookCall) -> HookStep {
            during.run()
            return .returned(.value(Array("true".utf8), restored: []))
        }

        func proceed() async -> HookStep { .failed(ScriptFailure(code: "cancelled", message: "nothing runs")) }
        func end() {}
    }
}
