import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite struct UsersFunctionTests {
    private let store = InMemoryStore()
    private let needs: ScriptNeeds = {
        var needs = ScriptNeeds()
        needs.users = true
        return needs
    }()

    init() async throws {
        let user = User(
            id: "u1", name: "Ada", email: "ada@example.com", emailVerified: Timestamp(milliseconds: 1_700_000_000_000),
            image: "https://example.com/a.png")
        try await store.apply([.insertUser(user), .insertUser(User(id: "u2"))])
    }

    private func ask(_ expression: String) async throws -> (value: JSONValue?, why: String?) {
        try await asked(expression, needs: needs) { $0.store = store }
    }

    private static let ada: JSONValue = [
        "id": "u1", "name": "Ada", "email": "ada@example.com", "emailVerified": "2023-11-14T22:13:20.000Z",
        "image": "https://example.com/a.png",
    ]

    @Test func withoutThePermissionThereIsNoUsers() async throws {
        #expect(try await raised("users.find{ id = 'u1' }") { $0.store = store }?.contains("undeclared") == true)
    }

    @Test func userIsFoundByIdAndByAddress() async throws {
        #expect(try await ask("users.find{ id = 'u1' }").value == Self.ada)
        #expect(try await ask("users.find{ email = ' ADA@example.com' }").value == Self.ada)
        #expect(try await ask("users.find{ id = 'u2' }").value == ["id": "u2"])
    }

    @Test(arguments: ["{ id = 'nobody' }", "{ email = 'nobody@example.com' }", "{ email = 'no address' }"])
    func nobodyIsNil(query: String) async throws {
        let answer = try await ask("users.find\(query)")
        #expect(answer.value == nil)
        #expect(answer.why == nil)
    }

    @Test func updateChangesWhatIsNamedAndNothingElse() async throws {
        var expected = try #require(Self.ada.objectValue)
        expected["name"] = "Countess"
        #expect(try await ask("users.update('u1', { name = 'Countess' })").value == .object(expected))
        expected["image"] = nil
        #expect(try await ask("users.update('u1', { image = json.null })").value == .object(expected))
        let stored = try await store.findUser(id: "u1")
        #expect(stored?.name == "Countess")
        #expect(stored?.image == nil)
        #expect(stored?.email == "ada@example.com")
        #expect(stored?.emailVerified != nil)
    }

    @Test func claimsAreMergedByNameAndFoundAgain() async throws {
        _ = try await ask("users.update('u1', { claims = { plan = 'pro', seats = 3, old = { 1 } } })")
        var expected = try #require(Self.ada.objectValue)
        expected["claims"] = ["plan": "free", "seats": 3]
        let change = "{ claims = { plan = 'free', old = json.null } }"
        #expect(try await ask("users.update('u1', \(change))").value == .object(expected))
        #expect(try await ask("users.find{ id = 'u1' }").value == .object(expected))
    }

    @Test func claimsThatAreTooManyAreAnError() async throws {
        let message = try await raised(
            "users.update('u1', { claims = { x = ('x'):rep(17000) } })", needs: needs
        ) { $0.store = store }
        #expect(message == "users.update: a user has at most 16 KiB of claims")
    }

    @Test func changesAtOneTimeLoseNothing() async throws {
        try await withThrowingTaskGroup(of: JSONValue?.self) { group in
            for number in 0..<6 {
                group.addTask {
                    try await self.ask("users.update('u1', { claims = { c\(number) = \(number) } })").value
                }
            }
            for try await user in group { #expect(user != nil) }
        }
        #expect(try await store.findUser(id: "u1")?.claims.members.count == 6)
    }

    @Test func updateOfNobodyIsNil() async throws {
        #expect(try await ask("users.update('nobody', { name = 'x' })").value == nil)
    }

    @Test(arguments: ["id", "email", "emailVerified"])
    func identityIsNotAScriptsToChange(field: String) async throws {
        let message = try await raised("users.update('u1', { \(field) = 'x' })", needs: needs) { $0.store = store }
        #expect(message == "users.update: \(field) is not a script's to change")
    }

    @Test(arguments: [
        "users.find()", "users.find{}", "users.find{ id = 'a', email = 'b' }", "users.find{ id = 1 }",
        "users.find 'u1'",
        "users.update('u1')", "users.update('u1', { nmae = 'x' })", "users.update('u1', { name = 1 })",
        "users.update('u1', { name = ('x'):rep(257) })",
    ])
    func misuseIsAnError(call: String) async throws {
        #expect(try await raised(call, needs: needs) { $0.store = store } != nil)
    }

    @Test func withoutADatabaseTheAnswerIsAFailure() async throws {
        let answer = try await asked("users.find{ id = 'u1' }", needs: needs)
        #expect(answer.value == nil)
        #expect(answer.why?.hasPrefix("store.unavailable: ") == true)
    }

    @Test(arguments: [
        ("store.unavailable", "the database cannot answer"), ("store.schema", "the database cannot answer"),
        ("store.conflict", "the user was changed meanwhile"),
    ])
    func storeThatCannotAnswerIsAFailureWithoutTheStoresWords(code: String, sentence: String) async throws {
        let broken = BrokenStore(failure: StoreError(.init(code), "/srv/moongate.db: no such table"))
        let answer = try await asked("users.find{ id = 'u1' }", needs: needs) { $0.store = broken }
        #expect(answer.why == "\(code): \(sentence)")
    }

    @Test func failureOfAnyOtherKindIsOneToo() async throws {
        struct Odd: Error {}
        let answer = try await asked("users.find{ id = 'u1' }", needs: needs) { $0.store = BrokenStore(failure: Odd()) }
        #expect(answer.why == "store.unavailable: the database cannot answer")
    }
}
