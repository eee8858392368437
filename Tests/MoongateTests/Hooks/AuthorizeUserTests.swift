import MoongateTokens
import Testing

@testable import Moongate

/// What a table must be to count as a user: the last thing between a backend's answer and a session.
@Suite struct AuthorizeUserTests {
    private static let users = [
        #"{"id":"7"}"#, #"{"id":7}"#, #"{"id":-1}"#, #"{"email":"ada@example.com","id":"7","image":"/a","name":"Ada"}"#,
        #"{"email":null,"id":"7","image":null,"name":null}"#, #"{"id":"7","role":["admin"],"valid":false}"#,
        #"{"id":"\#(String(repeating: "x", count: 255))"}"#,
    ]

    private static let others = [
        "{}", #"{"error":"invalid_grant"}"#, #"{"message":"wrong password","ok":false}"#,
        #"{"password":"x","username":"ada"}"#, #"{"name":"Ada"}"#, #"{"id":""}"#, #"{"id":null}"#, #"{"id":false}"#,
        #"{"id":true}"#, #"{"id":1.5}"#, #"{"id":["7"]}"#, #"{"id":{"value":"7"}}"#, #"{"ID":"7"}"#,
        #"{"email":["a@b"],"id":"7"}"#, #"{"email":false,"id":"7"}"#, #"{"id":"7","name":{"first":"Ada"}}"#,
        #"{"id":"7","name":1}"#, #"{"id":"7","image":0}"#, #"{"id":"\#(String(repeating: "x", count: 256))"}"#,
    ]

    private func signIn(_ site: Site) async -> (AuthResponse, Browser) {
        var browser = Browser(site)
        let response = await browser.post("/auth/callback/form", [("username", "ada")])
        return (response, browser)
    }

    private func closure(_ text: String) throws -> Site {
        let claims = try Claims(parsing: Array(text.utf8))
        var hooks = Hooks()
        hooks.authorize = { _ in .user(claims) }
        return try Site(hooks: hooks)
    }

    private func expectRefusal(_ model: Site) async throws {
        let log = LogLines()
        let (response, browser) = await signIn(try Site(model, log: log))
        #expect(response.location.hasPrefix("https://app.example.com/auth/error?error=Configuration&incident="))
        #expect(response.cookies.isEmpty && browser.session == nil)
        #expect(log.codes == ["hook.type"])
    }

    @Test(arguments: users) func closuresUserSignsIn(_ text: String) async throws {
        let (response, browser) = await signIn(try closure(text))
        #expect(response.location == "https://app.example.com" && browser.session != nil)
    }

    @Test(arguments: users) func scriptsUserSignsIn(_ text: String) async throws {
        let (response, browser) = await signIn(try Site(scripts: ScriptedHooks((.authorize, [.json(text)]))))
        #expect(response.location == "https://app.example.com" && browser.session != nil)
    }

    @Test(arguments: others) func whatIsNoUserOfAClosureSignsNobodyIn(_ text: String) async throws {
        try await expectRefusal(closure(text))
    }

    @Test(arguments: others + ["true", "\"7\"", "7", "[]", #"[{"id":"7"}]"#, "false", "{"])
    func whatIsNoUserOfAScriptSignsNobodyIn(_ text: String) async throws {
        try await expectRefusal(Site(scripts: ScriptedHooks((.authorize, [.json(text)]))))
    }

    @Test func scriptThatReturnsNothingSignsNobodyIn() async throws {
        try await expectRefusal(Site(scripts: ScriptedHooks((.authorize, [.returned(.nothing)]))))
    }

    @Test func wrongUserIsNoRowEither() async throws {
        let model = try Site(scripts: ScriptedHooks((.authorize, [.json("{}")]))) { $0.session.strategy = .database }
        try await expectRefusal(model)
    }

    @Test func integerIdIsTheSameAccountAsItsText() async throws {
        for text in [#"{"id":7}"#, #"{"id":"7"}"#] {
            let site = try closure(text)
            let (_, browser) = await signIn(site)
            let token = site.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])
            #expect(token?["sub"] == "7")
        }
    }

    @Test func addressThatIsNoneIsLeftOut() async throws {
        for (email, kept) in [(" Ada@Example.com", "ada@example.com"), ("a@b@c", nil)] as [(String, String?)] {
            let site = try closure(#"{"email":"\#(email)","id":"7"}"#)
            let (_, browser) = await signIn(site)
            let token = site.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])
            #expect(token?["sub"] == "7" && token?["email"]?.stringValue == kept)
        }
    }

    private static let further =
        #"{"claims":{"plan":"pro"},"email":" Ada@Example.com","id":7,"roles":["admin"],"tenant":{"id":3}}"#
    private static let seen =
        #"{"claims":{"plan":"pro"},"email":"ada@example.com","id":"7","roles":["admin"],"tenant":{"id":3}}"#

    @Test func hooksOfTheSignInSeeAllThatWasReturned() async throws {
        let scripts = ScriptedHooks(
            (.authorize, [.json(Self.further)]), (.signIn, [.json("true")]), (.jwt, [.json(#"{"sub":"7"}"#)]))
        _ = await signIn(try Site(scripts: scripts))
        let users = scripts.record.calls.dropFirst().map { record in
            record.call.arguments.map { argument in
                guard "\(argument.name)" == "user", case .json(let bytes) = argument.value else { return "" }
                return String(decoding: bytes, as: UTF8.self)
            }.joined()
        }
        #expect(users == [Self.seen, Self.seen])
    }

    @Test func tokenAndSessionHaveNothingOfThat() async throws {
        let site = try closure(Self.further)
        let (_, browser) = await signIn(site)
        let token = site.engine.token(from: [.authorization: "Bearer \(browser.session ?? "")"])
        #expect(token?["sub"] == "7" && token?["roles"] == nil && token?["tenant"] == nil)
    }

    @Test func storedUserHasTheirOwnClaimsOrNone() async throws {
        let scripts = ScriptedHooks((.authorize, [.json(Self.further)]), (.signIn, [.json("true")]))
        _ = await signIn(try Site(scripts: scripts) { $0.session.strategy = .database })
        let user = scripts.record.calls.last?.call.arguments.first { "\($0.name)" == "user" }
        guard case .json(let bytes)? = user?.value else { Issue.record("no user"); return }
        #expect(try Claims(parsing: bytes)["claims"] == nil && Claims(parsing: bytes)["roles"] == ["admin"])
    }

    @Test func scriptThatDoesNotKnowTheUserAsksTheNext() async throws {
        let scripts = ScriptedHooks((.authorize, [.returned(.null)]), (.authorize, [.json(#"{"id":"8"}"#)]))
        let (_, browser) = await signIn(try Site(scripts: scripts))
        #expect(browser.session != nil && scripts.files.count == 2)
    }

    @Test func userWhomNoScriptKnowsIsRefused() async throws {
        let scripts = ScriptedHooks((.authorize, [.returned(.null)]), (.authorize, [.returned(.null)]))
        let (response, browser) = await signIn(try Site(scripts: scripts))
        #expect(response.location.hasSuffix("/auth/signin?error=CredentialsSignin&code=credentials"))
        #expect(browser.session == nil)
    }

    @Test func scriptsCodeReachesTheClientAndEndsTheChain() async throws {
        let scripts = ScriptedHooks(
            (.authorize, [.returned(.denied(code: "locked&x", message: nil))]), (.authorize, [.json(#"{"id":"8"}"#)]))
        let (response, browser) = await signIn(try Site(scripts: scripts))
        #expect(response.location.hasSuffix("/auth/signin?error=CredentialsSignin&code=locked%26x"))
        #expect(browser.session == nil && scripts.files.count == 1)
    }
}
