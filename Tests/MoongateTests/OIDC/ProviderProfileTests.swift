import Testing

@testable import Moongate

@Suite struct ProviderProfileTests {
    @Test func claimsBecomeAUser() {
        let profile = ProviderProfile([
            "sub": "u1", "name": "Ada", "email": "Ada@Example.COM", "picture": "https://x/y.png",
            "email_verified": true,
        ])
        #expect(profile.accountID == "u1" && profile.emailVerified == true)
        #expect(profile.user(id: "1") == User(id: "1", name: "Ada", email: "ada@example.com", image: "https://x/y.png"))
    }

    @Test func nameFallsBackInOrder() {
        #expect(ProviderProfile(["nickname": "n", "preferred_username": "p"]).user(id: "").name == "n")
        #expect(ProviderProfile(["name": "", "preferred_username": "p"]).user(id: "").name == "p")
        #expect(ProviderProfile(["name": 1]).user(id: "").name == nil)
    }

    @Test func wholeNumbersAreIdsAndNothingElseIs() {
        #expect(ProviderProfile(["id": 42]).accountID == "42")
        for id in [0, nil, "", 1.5, true, [], [:]] as [JSONValue] {
            #expect(ProviderProfile(["id": id]).accountID == nil)
        }
    }

    @Test func addressesThatAreNoneAreDropped() {
        for email in ["a b@x", "a\r\nbcc:b@x", 1, .string(String(repeating: "a", count: 321))] as [JSONValue] {
            #expect(ProviderProfile(["email": email]).email == nil)
        }
    }

    @Test func verificationIsTrueFalseOrUnsaid() {
        #expect(ProviderProfile(["email_verified": "true"]).emailVerified == true)
        #expect(ProviderProfile(["email_verified": "false"]).emailVerified == false)
        for value in [1, "yes", nil, []] as [JSONValue] {
            #expect(ProviderProfile(["email_verified": value]).emailVerified == nil)
        }
    }
}
