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

    /// `users.update(id, { name = …, image = … })`: what is not named stays; `json.null` takes away. The user as they are
    /// then, or `nil` when there is none.
    private static func update(_ services: HostServices) -> HostFunction {
        .awaiting("users.update") { arguments async throws(HostRefusal) in
            guard arguments.count == 2, case .string(let id)? = arguments[0] else {
                throw .raise("users.update takes an id and a table")
            }
            if let fixed = arguments[1]?.objectValue?.keys.sorted().first(where: Self.fixed.contains) {
                throw .raise("users.update: \(fixed) is not a script's to change")
            }
            let options = try HostOptions(arguments[1], of: "users.update", known: ["name", "image"])
            let name = try options.profileText("name", atMost: 256)
            let image = try options.profileText("image", atMost: 2_048)
            let user: User? = try await asking(services) { store in
                guard var user = try await store.findUser(id: id) else { return nil }
                if options.has("name") { user.name = name }
                if options.has("image") { user.image = image }
                try await store.apply([.updateProfile(userId: id, name: user.name, image: user.image)])
                return user
            }
            return .value((user.map(described) ?? .null).canonicalBytes())
        }
    }

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
    private static func described(_ user: User) -> JSONValue {
        var members: [String: JSONValue] = ["id": .string(user.id)]
        members["name"] = user.name.map { .string($0) }
        members["email"] = user.email.map { .string($0) }
        members["emailVerified"] = user.emailVerified.map { .string($0.iso8601) }
        members["image"] = user.image.map { .string($0) }
        return .object(members)
    }
}

extension HostOptions {
    fileprivate func profileText(_ name: String, atMost limit: Int) throws(HostRefusal) -> String? {
        guard let text = try text(name) else { return nil }
        guard text.utf8.count <= limit else { throw .raise("users.update: \(name) has more than \(limit) bytes") }
        return text
    }
}
