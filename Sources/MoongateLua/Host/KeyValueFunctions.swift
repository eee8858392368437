import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `kv.get`, `kv.set`, `kv.incr`, `kv.delete`: small values that outlive a call, under the owner's own keys. Absent
    /// unless the owner's permissions list `kv`.
    ///
    /// A store that cannot answer, and a quota that is used up, are `nil` and a reason: a script that must know decides
    /// for itself what a failure means.
    static func keyValues(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        guard owner.needs.kv else { return [] }
        let values = OwnedValues(owner: owner.id, store: services.keyValues, clock: services.clock)
        return [
            .awaiting("kv.get") { (arguments) async throws(HostRefusal) in try await values.get(arguments) },
            .awaiting("kv.set") { (arguments) async throws(HostRefusal) in try await values.set(arguments) },
            .awaiting("kv.incr") { (arguments) async throws(HostRefusal) in try await values.increment(arguments) },
            .awaiting("kv.delete") { (arguments) async throws(HostRefusal) in try await values.delete(arguments) },
        ]
    }
}

/// One owner's part of the store. The owner is the host's to say: nothing in a call's arguments can name another.
private struct OwnedValues: Sendable {
    /// Bytes of a value as JSON.
    private static let largestValue = 16 << 10
    /// Ten years.
    private static let longestTTL = 315_360_000

    let owner: String
    let store: (any KeyValueStore)?
    let clock: any AuthClock
    private let quota = KeyValueQuota()

    init(owner: String, store: (any KeyValueStore)?, clock: any AuthClock) {
        self.owner = owner
        self.store = store
        self.clock = clock
    }

    func get(_ arguments: HostArguments) async throws(HostRefusal) -> HostAnswer {
        let key = try key(arguments, of: "kv.get", most: 1)
        let found = try await answer { store, now in try await store.findValue(key, now: now) }
        return .value(found ?? Array("null".utf8))
    }

    func set(_ arguments: HostArguments) async throws(HostRefusal) -> HostAnswer {
        let key = try key(arguments, of: "kv.set", most: 3)
        guard let value = arguments[1], value != .null else {
            throw .raise("kv.set takes a key and a value; kv.delete takes a value away")
        }
        let document = value.canonicalBytes()
        guard document.count <= Self.largestValue else {
            throw .raise("kv.set: the value has \(document.count) bytes as JSON, \(Self.largestValue) are allowed")
        }
        let ttl = try ttl(arguments[2], of: "kv.set")
        try await answer { store, now in
            try await store.setValue(
                key, document, expires: ttl.map(now.adding(seconds:)), quota: quota, now: now)
        }
        return .value(Array("true".utf8))
    }

    func increment(_ arguments: HostArguments) async throws(HostRefusal) -> HostAnswer {
        let key = try key(arguments, of: "kv.incr", most: 3)
        let amount: Int64
        switch arguments[1] {
        case nil, .null?: amount = 1
        case .integer(let number)?: amount = number
        default: throw .raise("kv.incr takes a key and a whole number")
        }
        let ttl = try ttl(arguments[2], of: "kv.incr")
        let sum = try await answer { store, now in
            try await store.incrementValue(
                key, by: amount, expires: ttl.map(now.adding(seconds:)), quota: quota, now: now)
        }
        return .value(Array(String(sum).utf8))
    }

    func delete(_ arguments: HostArguments) async throws(HostRefusal) -> HostAnswer {
        let key = try key(arguments, of: "kv.delete", most: 1)
        let found = try await answer { store, now in try await store.deleteValue(key, now: now) }
        return .value(Array(found ? "true".utf8 : "false".utf8))
    }

    private func key(
        _ arguments: HostArguments, of function: String, most: Int
    ) throws(HostRefusal) -> KeyValueKey {
        guard arguments.count <= most, case .string(let name)? = arguments[0], (1...256).contains(name.utf8.count)
        else {
            throw .raise("\(function) takes a key of 1 to 256 bytes\(most > 1 ? " first" : " and nothing else")")
        }
        return KeyValueKey(owner: owner, name: name)
    }

    private func ttl(_ options: JSONValue?, of function: String) throws(HostRefusal) -> Int64? {
        let options = try HostOptions(options, of: function, known: ["ttl"])
        return try options.number("ttl", in: 1...Self.longestTTL).map(Int64.init)
    }

    /// What the store says. Its expected failures become `nil` and a reason.
    private func answer<Value>(
        _ body: (any KeyValueStore, Timestamp) async throws -> Value
    ) async throws(HostRefusal) -> Value {
        guard let store else { throw .failure("store.unavailable", "there is no store for values here") }
        do {
            return try await body(store, clock.now())
        } catch let error as StoreError where error.code == .quota || error.code == .type {
            throw .failure(error.code.name, error.message)
        } catch let error as StoreError {
            throw .failure(error.code.name, "the store cannot answer now")  // its own words name paths
        } catch {
            throw .failure("store.unavailable", "the store cannot answer now")
        }
    }
}
