import Synchronization
import Testing

@testable import Moongate

/// The system gives no randomness: nobody gets in, and nobody is logged out.
@Suite struct RandomSourceTests {
    private let random = SwitchedRandom()

    @Test(arguments: SessionConfiguration.Strategy.allCases)
    func signInIsRefusedAndLeavesNothing(_ strategy: SessionConfiguration.Strategy) async throws {
        let site = try Site(Site { $0.session.strategy = strategy }, random: random)
        var browser = Browser(site)
        let callback = try await browser.beginSignIn(subject: "u1", email: "ada@example.com")
        random.isDry.withLock { $0 = true }
        let response = await browser.get(callback)
        #expect(response.location.contains("error=Configuration&incident="))
        #expect(browser.session == nil)
        #expect(try await site.store.findUser(email: "ada@example.com") == nil)
    }

    @Test func beginOfASignInIsRefused() async throws {
        let site = try Site(Site(), random: random)
        var browser = Browser(site)
        await browser.takeToken()
        random.isDry.withLock { $0 = true }
        let response = await browser.post("/auth/signin/corp")
        #expect(response.location.contains("error=Configuration"))
    }

    @Test func readThatWouldReissueIs503AndLeavesTheCookie() async throws {
        let site = try Site(Site(), random: random)
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "1"], age: 90_000)
        await browser.takeToken()
        random.isDry.withLock { $0 = true }
        let response = await browser.get("/auth/session")
        #expect(response.status == .serviceUnavailable && response.cookies.isEmpty)
        random.isDry.withLock { $0 = false }
        #expect(await browser.get("/auth/session").status == .ok)
    }
}

private final class SwitchedRandom: RandomSource {
    struct Dry: Error {}
    let isDry = Mutex(false)

    func bytes(_ count: Int) throws -> [UInt8] {
        guard !isDry.withLock({ $0 }) else { throw Dry() }
        return try SystemRandom().bytes(count)
    }
}

extension Site {
    /// A site like `other`, with stand-ins of its own and another source of randomness.
    fileprivate init(_ other: Site, random: any RandomSource) throws {
        let ports = Ports(store: store, http: provider, clock: clock, random: random)
        engine = Engine(other.engine.generation, ports: ports)
    }
}
