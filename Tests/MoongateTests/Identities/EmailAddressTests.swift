import Testing

@testable import Moongate

@Suite struct EmailAddressTests {
    @Test(arguments: [
        ("ada@example.com", "ada@example.com"), ("Ada.LOVELACE@Example.COM", "ada.lovelace@example.com"),
        ("  ada@example.com ", "ada@example.com"), ("a@b", "a@b"), ("a+tag@b.c", "a+tag@b.c"),
        ("\u{212A}ate@example.com", "\u{212A}ate@example.com"), ("J\u{C9}@example.com", "j\u{C9}@example.com"),
        ("\u{130}@example.com", "\u{130}@example.com"), ("ada@b\u{FC}ro.example", "ada@b\u{FC}ro.example"),
        ("\u{1F600}@example.com", "\u{1F600}@example.com"),
    ])
    func addressIsLowerCasedInASCIIAlone(_ text: String, _ expected: String) {
        #expect(EmailAddress.normalized(text).map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(arguments: [
        "", " ", "@", "ada", "ada@", "@example.com", "a@b@c", "a@@b", "\"ada\"@example.com", "\"a@b\"@example.com",
        "a@b,c@d", "a,b@example.com", "a b@example.com", "ada@exa mple.com", "a\tb@example.com", "ada@example.com\n",
        "\tada@example.com", "ada@example.com\r\nBcc: x", "a\u{0}@example.com", "a\u{7F}@example.com",
        "a\u{85}@example.com", "a\u{A0}@example.com", "a\u{3000}@example.com", "a\u{2028}@example.com",
        "a\u{202E}b@example.com", "a\u{2066}b@example.com", "a\u{200B}@example.com", "a\u{200D}@example.com",
        "a\u{FEFF}@example.com", "a\u{AD}@example.com", "a\u{2060}@example.com", "a\u{E000}@example.com",
        "a\u{E0041}@example.com", "a\u{FFFF}@example.com",
    ])
    func whatIsNoAddressIsNil(_ text: String) { #expect(EmailAddress.normalized(text) == nil) }

    /// Shown as nothing at all, though they are letters or marks to Unicode: two addresses would look like one.
    @Test(arguments: ["\u{3164}", "\u{115F}", "\u{FFA0}", "\u{34F}", "\u{FE0F}", "\u{180B}", "\u{E0100}"])
    func lettersThatAreInvisibleAreRefused(_ invisible: String) {
        #expect(EmailAddress.normalized("ada\(invisible)@example.com") == nil)
    }

    @Test func lengthIsCountedInBytes() {
        func address(_ bytes: Int) -> String { String(repeating: "a", count: bytes - 12) + "@example.com" }
        #expect(EmailAddress.normalized(address(254)) != nil)
        #expect(EmailAddress.normalized(address(255)) == nil)
        #expect(EmailAddress.normalized("  " + address(254) + "  ") != nil)
        #expect(EmailAddress.normalized("\u{E9}" + address(253)) == nil)
    }
}

/// Two addresses that some comparison would take for one.
@Suite struct TwoAddressesTests {
    private func signIn(_ emails: [String], _ site: Site) async throws -> [String] {
        var ids: [String] = []
        for email in emails {
            var browser = Browser(site)
            browser.authority = "localhost:3000"
            browser.peer = PeerAddress("127.0.0.1")
            _ = await browser.post("/auth/callback/dev", [("email", email), ("key", "key")])
            let token = site.engine.token(from: [.authorization: "Bearer \(try #require(browser.session))"])
            ids.append(try #require(token?["sub"]?.stringValue))
        }
        return ids
    }

    private func site() throws -> Site {
        try Site("http://localhost:3000") {
            $0.providers.append(Provider(id: "dev", name: "Dev", kind: .dev))
            $0.development = DevelopmentMode(key: Secret("key"))
        }
    }

    @Test(arguments: [
        ("kate@example.com", "\u{212A}ate@example.com"), ("\u{C9}va@example.com", "E\u{301}va@example.com"),
        ("\u{E9}va@example.com", "e\u{301}va@example.com"), ("\u{C5}@example.com", "\u{212B}@example.com"),
        ("i@example.com", "\u{131}@example.com"), ("straße@example.com", "strasse@example.com"),
    ])
    func lookAlikesAreTwoUsers(_ first: String, _ second: String) async throws {
        #expect(try await Set(signIn([first, second], site())).count == 2)
    }

    @Test func oneAddressInTwoSpellingsIsOneUser() async throws {
        let site = try site()
        #expect(try await Set(signIn(["Kate@Example.com", " kate@example.COM "], site)).count == 1)
    }

    @Test func storeComparesBytes() async throws {
        let store = InMemoryStore()
        try await store.apply([.insertUser(User(id: "1", email: "\u{E9}@b"))])
        #expect(try await store.findUser(email: "\u{E9}@b")?.id == "1")
        #expect(try await store.findUser(email: "e\u{301}@b") == nil)
        try await store.apply([
            .insertAccount(Account(userId: "1", type: "oidc", provider: "corp", providerAccountId: "\u{E9}"))
        ])
        #expect(try await store.findUser(provider: "corp", providerAccountId: "\u{E9}")?.id == "1")
        #expect(try await store.findUser(provider: "corp", providerAccountId: "e\u{301}") == nil)
    }
}
