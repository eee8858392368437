import HTTPTypes
import Moongate
import MoongateRuntime
import Testing

/// Hooks × faults × times where a library drives the engine: no fault gives access that the request would lack without
/// it, and none sets or clears a session cookie. The other shapes are tested from outside, with the same files.
@Suite(.timeLimit(.minutes(5))) struct LibraryFaultMatrixTests {
    enum Place: String, CaseIterable, Sendable {
        case signIn, authorize, jwtSignIn, jwtRead, session, redirect, events, forbid, when, decide

        /// What does not go wrong there: an event need not return anything, `nil` from a rule is "no more to say".
        var never: Set<String> {
            switch self {
            case .events: ["noValue", "resultSize"]
            case .forbid, .when, .decide: ["resultSize"]
            default: []
            }
        }
    }

    /// Cold: the first thing that the site runs. Warm: after it went well. Reloading: while files come and are refused.
    enum Time: String, CaseIterable, Sendable { case cold, warm, reloading }

    struct Cell: Sendable, CustomTestStringConvertible {
        let place: Place
        let fault: Fault
        let time: Time

        var who: String { "\(place.rawValue)-\(fault.name)" }
        var calm: String { "calm-\(fault.name)" }
        var testDescription: String { "\(who) \(time.rawValue)" }
    }

    /// Of each kind one: for what is a question of the time, and not of the fault.
    private static let some: Set = ["raise", "noValue", "steps", "memory"]

    static let cells: [Cell] = Place.allCases.flatMap { place in
        Fault.all.filter { !place.never.contains($0.name) }.flatMap { fault in
            Time.allCases.filter { $0 == .warm || some.contains(fault.name) }.map {
                Cell(place: place, fault: fault, time: $0)
            }
        }
    }

    @Test func faultsAreRead() { #expect(Fault.all.count > 10) }

    @Test(arguments: cells) func faultLetsNobodyInAndNobodyOut(_ cell: Cell) async throws {
        let site = try await FaultSite(cell.fault)
        switch cell.time {
        case .cold:
            // Cookies of another process with the same secret.
            try await expectWrong(cell, at: site, signedInAt: try await FaultSite(cell.fault))
            try await expectRight(cell, at: site)
        case .warm:
            try await expectRight(cell, at: site)
            try await expectWrong(cell, at: site, signedInAt: site)
        case .reloading:
            async let outcomes = site.reloads()
            for _ in 0..<3 {
                try await expectWrong(cell, at: site, signedInAt: site)
                try await expectRight(cell, at: site)
            }
            let seen = try await outcomes
            #expect(seen == ["installed", "refused", "installed"])
        }
    }

    private func expectWrong(_ cell: Cell, at site: FaultSite, signedInAt other: FaultSite) async throws {
        switch cell.place {
        case .signIn, .authorize, .jwtSignIn:
            let answer = try await site.signIn(cell.who)
            #expect(location(answer).hasPrefix("\(FaultSite.origin)/auth/error?error=Configuration&incident="))
            #expect(site.session(answer) == nil)
        case .redirect:
            let answer = try await site.signIn(cell.who)
            #expect(location(answer) == FaultSite.origin && site.session(answer) != nil)
        case .events:
            let answer = try await site.signIn(cell.who)
            #expect(location(answer) == "\(FaultSite.origin)/to/\(cell.who)" && site.session(answer) != nil)
        case .jwtRead, .session:
            let cookie = try #require(other.session(await other.signIn(cell.who)))
            let request = AuthRequest(target: "/me", headers: [.cookie: cookie])
            await #expect(throws: (any Error).self) { try await site.engine.session(from: request) }
            let answer = await site.engine.respond(to: AuthRequest(target: "/auth/session", headers: [.cookie: cookie]))
            #expect(answer.status == .serviceUnavailable && answer.headers[.retryAfter] == "1")
            #expect(site.cookies(answer).isEmpty)
            #expect(site.engine.token(from: [.cookie: cookie]) != nil)
        case .forbid, .when, .decide:
            let cookie = try #require(other.session(await other.signIn(cell.calm)))
            let decision = await decide(cell, cell.who, cookie, site)
            #expect(decision.verdict == .error && decision.setCookies.isEmpty)
            #expect(decision.identityHeaders.allSatisfy { $0.value == nil })
            #expect(cell.fault.codes.contains(decision.code))
        }
        try await expectLogged(cell, site)
    }

    /// The twin: the same for somebody for whom nothing goes wrong.
    private func expectRight(_ cell: Cell, at site: FaultSite) async throws {
        let answer = try await site.signIn(cell.calm)
        #expect(location(answer) == "\(FaultSite.origin)/to/\(cell.calm)")
        let cookie = try #require(site.session(answer))
        let read = try await site.engine.session(from: AuthRequest(target: "/me", headers: [.cookie: cookie]))
        #expect(read.session?["user"]?.objectValue?["name"] == .string(cell.calm))
        switch cell.place {
        case .forbid, .when, .decide:
            let decision = await decide(cell, cell.calm, cookie, site)
            #expect(decision.isAllowed && decision.identityHeaders.contains { $0.value == cell.calm })
        default: break
        }
    }

    private func decide(_ cell: Cell, _ name: String, _ cookie: String, _ site: FaultSite) async -> Decision {
        await site.engine.decide(
            AuthRequest(
                target: "/\(cell.place.rawValue)/\(name)", authority: "app.example.com", headers: [.cookie: cookie]))
    }

    /// Events are told after the answer.
    private func expectLogged(_ cell: Cell, _ site: FaultSite) async throws {
        for _ in 0..<1000 where site.log.all.isDisjoint(with: cell.fault.codes) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!site.log.all.isDisjoint(with: cell.fault.codes), "\(site.log.all)")
    }

    private func location(_ response: AuthResponse) -> String { response.headers[.location] ?? "" }
}
