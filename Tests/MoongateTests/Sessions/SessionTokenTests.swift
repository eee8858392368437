import Testing

@testable import Moongate

@Suite struct SessionTokenTests {
    private let site: Site
    init() throws { site = try Site() }

    private func open(_ claims: [String: JSONValue]) throws -> SessionToken {
        let sealed = Array(try site.sealed(claims).utf8)
        return try SessionToken(opening: sealed, keys: site.engine.generation.keys.session, now: site.clock.now())
    }

    @Test func ownSidAndVersionAreRead() throws {
        let token = try open(["sub": "7", "sid": "s1", "ver": 41])
        #expect(token.sid == "s1" && token.hasSid && token.version == 41)
    }

    @Test(arguments: jsonValues(.null, "", 7, ["s1"], "s\"1", "s\\1"))
    func tokenWithoutAUsableSidIsNamedByItsHash(_ sid: JSONValue) throws {
        let token = try open(["sub": "7", "sid": sid])
        #expect(!token.hasSid && token.sid.utf8.count == 64)
    }

    @Test func tokensOfAuthJSHaveNamesOfTheirOwn() throws {
        let first = try open(["sub": "7"]), second = try open(["sub": "7"])
        #expect(!first.hasSid && first.sid != second.sid && first.version == 0)
    }

    @Test(arguments: jsonValues("5", 1.5, .null, [1], true)) func versionOfAnotherTypeIsZero(_ version: JSONValue)
        throws
    {
        #expect(try open(["sub": "7", "ver": version]).version == 0)
    }

    private func reissued(_ claims: [String: JSONValue]) async throws -> Claims? {
        let always = try Site { $0.session.alwaysReissues = true }
        var browser = Browser(always)
        browser.jar[always.names.session] = try always.sealed(claims)
        let before = browser.session
        _ = await browser.get("/auth/session")
        #expect(browser.session != before)
        return always.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])
    }

    @Test(arguments: [(0, 1), (41, 42), (Int64.max - 1, .max), (.max, .max)] as [(Int64, Int64)])
    func everyReissueCountsAndTheLastNumberStays(_ version: Int64, _ next: Int64) async throws {
        #expect(try await reissued(["sub": "7", "sid": "s1", "ver": .integer(version)])?["ver"] == .integer(next))
    }

    @Test func reissueGivesASidToWhoHasNoneAndKeepsTheRest() async throws {
        #expect(try await reissued(["sub": "7"])?["sid"]?.stringValue?.utf8.count == 64)
        #expect(try await reissued(["sub": "7", "sid": "s1"])?["sid"] == "s1")
    }

    @Test func signOutOfATokenWithoutSidKillsItsCopies() async throws {
        var browser = Browser(site)
        browser.jar[site.names.session] = try site.sealed(["sub": "7"])
        var thief = browser, other = Browser(site)
        other.jar[site.names.session] = try site.sealed(["sub": "7"])
        _ = await browser.post("/auth/signout")
        #expect(await thief.get("/auth/session").text == "null")
        #expect(await other.get("/auth/session").text != "null")
    }

    @Test func signOutAfterAReissueKillsTheTokenBeforeIt() async throws {
        let always = try Site { $0.session.alwaysReissues = true }
        var browser = Browser(always)
        browser.jar[always.names.session] = try always.sealed(["sub": "7"])
        var kept = browser
        _ = await browser.get("/auth/session")
        _ = await browser.post("/auth/signout")
        #expect(await kept.get("/auth/session").text == "null")
    }
}
