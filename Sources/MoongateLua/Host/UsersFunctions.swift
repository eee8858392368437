import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `users.find` and `users.update`, for an owner that may see users.
    static func users(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        owner.needs.users ? [find(services), update(services)] : []
    }

    /// `users.find{ id = … }` or `users.find{ email = … }`: the user, or `nil`.
    private static func find(_ services: HostServices) -> HostFunction {
        .awaiting("users.find") { arguments async throws(HostRefusal) in
            let options = try HostOptions(arguments[0], of: "users.find", known: ["id", "email"])
            let id = try options.text("id"), email = try options.text("email")
            guard arguments.count == 1, (id == nil) != (email == nil) else {
                throw .raise("users.find takes one of { id = … } and { email = … }")
            }
            let user: User? = try await asking(services) { store in
                if let id { return try await store.findUser(id: id) }
                guard let email, let address = EmailAddress.normalized(email) else { return nil }
                return try await store.findUser(email: address)
            }
            return .value((user.map(described) ?? .null).canonicalBytes())
        }
    }

    /// `users.update(id, { name = …, image = …, claims = { … } })`: what is not named stays; `json.null` takes away. The user as they are
    /// then, or `nil` when there is none.
    private static func update(_ services: HostServices) -> HostFunction {
        .awaiting("users.update") { arguments async throws(HostRefusal) in
            guard arguments.count == 2, case .string(let id)? = arguments[0] else {
                throw .raise("users.update takes an id and a table")
            }
            if let fixed = arguments[1]?.objectValue?.keys.sorted().first(where: Self.fixed.contains) {
                throw .raise("users.update: \(fixed) is not a script's to change")
            }
            let options = try HostOptions(arguments[1], of: "users.update", known: ["name", "image", "claims"])
            let change = ProfileChange(
                name: try options.profileText("name", atMost: 256),
                image: try options.profileText("image", atMost: 2_048))
            let claims = try options.claims()
            for _ in 0..<Self.mostTries {
                let (user, isDone) = try await update(id, change, claims, services)
                if isDone { return .value((user.map(described) ?? .null).canonicalBytes()) }
            }
            throw .failure("store.conflict", "the user was changed meanwhile, again and again")
        }
    }

    /// Whoever changes the same user's claims at the same time makes one of the two begin anew.
    private static let mostTries = 8

    /// The user as they are now; not done when their claims were changed in between.
    private static func update(
        _ id: String, _ change: ProfileChange, _ claims: [String: JSONValue], _ services: HostServices
    ) async throws(HostRefusal) -> (User?, isDone: Bool) {
        let found: User? = try await asking(services) { store in try await store.findUser(id: id) }
        guard var user = found else { return (nil, true) }
        var change = change
        if !claims.isEmpty {
            let before = user.claims
            user.claims.members.merge(claims) { $1 }
            user.claims.members = user.claims.members.filter { $0.value != .null }
            guard user.claims.canonicalBytes.count <= mostClaims else {
                throw .raise("users.update: a user has at most \(mostClaims >> 10) KiB of claims")
            }
            change.claims = .init(from: before, to: user.claims)
        }
        if case .set(let name) = change.name { user.name = name }
        if case .set(let image) = change.image { user.image = image }
        let applied = change
        let isDone = try await asking(services) { store in
            do {
                try await store.apply([.updateProfile(userId: id, applied)])
                return true
            } catch let error as StoreError where error.code == .conflict { return false }
        }
        return (user, isDone)
    }

    /// Bytes of JSON.
    private static let mostClaims = 16 << 10

    private static let fixed: Set<String> = ["id", "email", "emailVerified"]

    /// What a driver says may name tables and files: the log is told, the script gets the code.
    private static func asking<Value>(
        _ services: HostServices, _ question: (any AuthStore) async throws -> Value
    ) async throws(HostRefusal) -> Value {
        guard let store = services.store else {
            throw .failure("store.unavailable", "there is no database: set database in config.lua")
        }
        do {
            return try await question(store)
        } catch {
            let known = error as? StoreError ?? StoreError(.unavailable, "\(type(of: error))")
            services.logger.warning(
                "The database did not answer a script",
                metadata: ["code": .string(known.code.name), "reason": .string(known.message)])
            let sentence = known.code == .conflict ? "the user was changed meanwhile" : "the database cannot answer"
            throw .failure(known.code.name, sentence)
        }
    }

    /// What a script sees of a user: absent is absent.
    private static func described(_ user: User) -> JSONValue { .object(user.forHooks.members) }
}

extension HostOptions {
    fileprivate func profileText(_ name: String, atMost limit: Int) throws(HostRefusal) -> ProfileChange.Value {
        guard has(name) else { return .kept }
        guard let text = try text(name) else { return .set(nil) }
        guard text.utf8.count <= limit else { throw .raise("users.update: \(name) has more than \(limit) bytes") }
        return .set(text)
    }

    /// The claims that change, by name.
    fileprivate func claims() throws(HostRefusal) -> [String: JSONValue] {
        switch self["claims"] {
        case nil: return [:]
        case .array(let items)? where items.isEmpty: return [:]
        case .object(let members)?: return members
        default: throw .raise("users.update: claims is a table with names")
        }
    }
}
