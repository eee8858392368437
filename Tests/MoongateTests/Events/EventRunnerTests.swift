import Synchronization
import Testing

@testable import Moongate

@Suite struct EventRunnerTests {
    private let lines = LogLines()
    private let log = EventLog()

    private static let account: Claims = Claims([
        "provider": "corp", "type": "oidc", "providerAccountId": "7", "scope": "openid", "expires_at": 9,
        "access_token": "a-secret", "refresh_token": "a-secret", "id_token": "a-secret", "device_secret": "a-secret",
    ])

    /// What a script is told of an event, as one text.
    private func told(_ content: AuthEvent.Content, seesTokens: Bool) async throws -> String {
        let scripts = ScriptedHooks((.events, [.returned(.nothing)]), seesTokens: seesTokens)
        let event = AuthEvent(content, time: Timestamp(seconds: 5), request: .init(id: "r"))
        await EventRunner(log: lines.logger).run(event, try Site(scripts: scripts).engine.generation)
        return try #require(scripts.record.calls.first).call.arguments.map { argument in
            guard case .json(let bytes) = argument.value else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }.joined(separator: " ")
    }

    private static let withTokens: [AuthEvent.Content] = [
        .signIn(user: Claims(), account: account, profile: nil, isNewUser: nil),
        .linkAccount(user: Claims(), account: account, profile: Claims()),
        .session(session: Claims(), token: Claims(["sub": "7", "accessToken": "a-secret"])),
        .signOut(token: Claims(["sub": "7", "refresh_token": "a-secret"]), session: nil),
        .session(session: Claims(["user": ["id": "7"], "accessToken": "a-secret"]), token: nil),
        .session(session: Claims(), token: Claims(["sub": "7", "accounts": [["access_token": "a-secret"]]])),
    ]

    @Test(arguments: withTokens) func tokensAreNotForEveryListener(_ content: AuthEvent.Content) async throws {
        let text = try await told(content, seesTokens: false)
        #expect(!text.contains("a-secret") && text.contains("\"7\""))
        #expect(try await told(content, seesTokens: true).contains("a-secret"))
    }

    @Test func accountWithoutItsTokensSaysWhoseItIsAndWhatItMay() async throws {
        let text = try await told(Self.withTokens[0], seesTokens: false)
        #expect(
            text.contains(
                #"{"expires_at":9,"provider":"corp","providerAccountId":"7","scope":"openid","type":"oidc"}"#))
    }

    private func tell(_ hooks: Hooks = Hooks(), scripts: (any HookRunner)? = nil) async throws {
        let event = AuthEvent(
            .createUser(user: Claims(["id": "1"])), time: Timestamp(seconds: 5),
            request: .init(id: "r", ip: "192.0.2.7", userAgent: "a browser"))
        let generation = try Site(hooks: hooks, scripts: scripts).engine.generation
        await EventRunner(log: lines.logger).run(event, generation)
    }

    private func hooks(failing error: any Error, times: Int) -> Hooks {
        let left = Mutex(times)
        var hooks = Hooks()
        hooks.event = { event in
            let fails = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if fails { throw error }
            await self.log.hear(event)
        }
        return hooks
    }

    @Test func scriptIsGivenTheEventAndItsRequest() async throws {
        let scripts = ScriptedHooks((.events, [.returned(.nothing)]))
        try await tell(scripts: scripts)
        let call = try #require(scripts.record.calls.first?.call)
        let values = call.arguments.map { argument -> String in
            guard case .json(let bytes) = argument.value else { return "" }
            return "\(argument.name)=\(String(decoding: bytes, as: UTF8.self))"
        }
        #expect(
            values == [
                #"user={"id":"1"}"#, "time=5", #"request={"id":"r","ip":"192.0.2.7","userAgent":"a browser"}"#,
            ])
        #expect(call.allowsNoValue)
        #expect(call.subject?.id == "1")
        #expect(lines.lines.isEmpty)
    }

    @Test func failingScriptIsLoggedAndTheNextIsTold() async throws {
        let scripts = ScriptedHooks((.events, [.failure("script.steps")]), (.events, [.returned(.nothing)]))
        try await tell(scripts: scripts)
        #expect(scripts.files == ["scripts/events0.lua", "scripts/events1.lua"])
        #expect(lines.codes == ["script.steps"])
        #expect(
            lines.lines.first.map { "\($0.metadata["event"] ?? "")/\($0.metadata["requestId"] ?? "")" }
                == "createUser/r")
        #expect(scripts.record.leases == scripts.record.ends && scripts.record.misuses == 0)
    }

    @Test func failingClosureIsLoggedAndScriptsAreTold() async throws {
        let scripts = ScriptedHooks((.events, [.returned(.nothing)]))
        try await tell(hooks(failing: CancellationError(), times: 1), scripts: scripts)
        #expect(lines.lines.count == 1 && scripts.files.count == 1)
        #expect(log.events.isEmpty)
    }

    @Test func storeThatCannotAnswerIsAskedAgain() async throws {
        try await tell(hooks(failing: StoreError(.unavailable, "down"), times: 1))
        #expect(log.events.count == 1)
        #expect(lines.lines.map(\.level) == [.warning])
    }

    @Test func storeThatRefusesIsNotAskedAgain() async throws {
        try await tell(hooks(failing: StoreError(.conflict, "there"), times: 1))
        #expect(log.events.isEmpty)
        #expect(lines.codes == ["store.conflict"])
    }

    @Test func eventWaitsForAWorkerThatIsNotFree() async throws {
        let scripts = BusyHooks(refusals: 2, then: ScriptedHooks((.events, [.returned(.nothing)])))
        try await tell(scripts: scripts)
        #expect(scripts.inner.files == ["scripts/events0.lua"])
        #expect(lines.codes == ["overloaded"])
        #expect(lines.lines.map(\.level) == [.warning])
    }

    @Test func eventThatIsGivenUpStopsWaitingForAWorker() async throws {
        let scripts = BusyHooks(refusals: .max, then: ScriptedHooks((.events, [.returned(.nothing)])))
        let task = Task { try await tell(scripts: scripts) }
        task.cancel()
        try await task.value
        #expect(scripts.inner.files.isEmpty)
    }

    @Test func closureThatDoesNotListenIsNotTold() async throws {
        var hooks = log.hooks
        hooks.heardEvents = [.signIn]
        try await tell(hooks)
        #expect(log.events.isEmpty)
        #expect(EventListeners(hooks, nil).hear(.signIn))
        #expect(!EventListeners(hooks, nil).hearSession)
    }

    @Test func nobodyListensWithoutHooks() {
        let listeners = EventListeners(Hooks(), nil)
        #expect(AuthEvent.Name.allCases.allSatisfy { !listeners.hear($0) })
    }

    @Test func eventIsToldOnTheGenerationOfItsRequest() async throws {
        let old = ScriptedHooks((.events, [.returned(.nothing)]))
        let next = ScriptedHooks((.events, [.returned(.nothing)]))
        let site = try Site(hooks: log.hooks, scripts: old)
        let configuration = site.engine.generation.configuration
        log.hold()
        var browser = Browser(site)
        _ = try await browser.signIn()
        await log.begun(1)
        site.engine.install(try Generation(id: "next", configuration: configuration, scripts: next))
        log.release()
        #expect(await site.engine.drainEvents() == 0)
        #expect(old.files.count == 3)
        #expect(next.files.isEmpty)
    }

    @Test func whatIsGivenUpAtTheEndIsLoggedWithItsNumber() async throws {
        let site = try Site(Site(hooks: log.hooks), log: lines)
        log.hold()
        var browser = Browser(site)
        _ = try await browser.signIn()
        await log.begun(1)
        #expect(await site.engine.drainEvents(within: .zero) == 3)
        let line = lines.lines.first { $0.code == "events.left" }
        #expect(line?.metadata["events"].map { "\($0)" } == "3")
        log.release()
    }

    @Test func endWithNothingLeftLogsNothing() async throws {
        let site = try Site(Site(hooks: log.hooks), log: lines)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await site.engine.drainEvents() == 0)
        #expect(!lines.codes.contains("events.left"))
    }

    @Test func requestGivesItsWorkerBackBeforeItsEventsAreHandedOver() async throws {
        let scripts = ScriptedHooks((.signIn, [.json("true")]), (.events, [.returned(.nothing)]))
        let site = try Site(scripts: scripts)
        var browser = Browser(site)
        _ = try await browser.signIn()
        #expect(await site.engine.drainEvents() == 0)
        #expect(scripts.record.leases == scripts.record.ends && scripts.record.misuses == 0)
        #expect(scripts.files.count == 4)
    }
}

/// Hooks whose workers are all lent, so many times.
private final class BusyHooks: HookRunner {
    let inner: ScriptedHooks
    private let left: Mutex<Int>

    init(refusals: Int, then inner: ScriptedHooks) {
        self.inner = inner
        left = Mutex(refusals)
    }

    func chain(_ hook: HookName) -> [HookReference] { inner.chain(hook) }
    func eventChain(_ name: String) -> [HookReference] { inner.eventChain(name) }

    func lease() throws -> any HookLease {
        let refuses = left.withLock { left in
            defer { if left > 0, left < .max { left -= 1 } }
            return left > 0
        }
        guard !refuses else { throw ScriptFailure(code: "overloaded", message: "too many are lent") }
        return try inner.lease()
    }
}
