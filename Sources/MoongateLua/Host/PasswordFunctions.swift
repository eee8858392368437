import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `password.hash` and `password.verify`: scrypt, on the workers' threads. Needs no permission.
    static func password(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        [hash(owner.id, services.passwords, services.random), verify(owner.id, services.passwords)]
    }

    /// `password.hash(password, { cost = 15 })`: the text to store.
    private static func hash(
        _ owner: String, _ workers: PasswordWorkers, _ random: any RandomSource
    ) -> HostFunction {
        .awaiting("password.hash") { arguments async throws(HostRefusal) in
            guard (1...2).contains(arguments.count) else { throw .raise("password.hash takes a password and options") }
            let password = try bytes(arguments[0], "password.hash")
            let options = try HostOptions(arguments[1], of: "password.hash", known: ["cost"])
            let cost = try options.number("cost", in: 15...17).flatMap { PasswordCost(logN: $0) } ?? .standard
            guard let salt = try? random.bytes(PasswordHash.saltLength) else {
                throw .failure("random.unavailable", "the system gives no randomness")
            }
            let made = await workers.run(for: owner) { try? PasswordHash(password, cost: cost, salt: salt) }
            guard let made else { throw busy }
            guard let hash = made else { throw noMemory }
            return .value(JSONValue.string(hash.text).canonicalBytes())
        }
    }

    /// `password.verify(password, hash)`: `true` or `false`. Where there is no hash, because there is no such user, the
    /// same work is done and the answer is `false`: nobody can tell by the time it takes.
    private static func verify(_ owner: String, _ workers: PasswordWorkers) -> HostFunction {
        .awaiting("password.verify") { arguments async throws(HostRefusal) in
            guard (1...2).contains(arguments.count) else { throw .raise("password.verify takes a password and a hash") }
            let password = try bytes(arguments[0], "password.verify")
            let stored = try stored(arguments[1])
            let verdict = await workers.run(for: owner) {
                guard let stored else {
                    _ = try? PasswordHash(password, salt: [UInt8](repeating: 0, count: PasswordHash.saltLength))
                    return false as Bool?
                }
                return try? stored.matches(password)
            }
            guard let verdict else { throw busy }
            guard let matches = verdict else { throw noMemory }
            return .value(JSONValue.bool(matches).canonicalBytes())
        }
    }

    private static func bytes(_ value: JSONValue?, _ function: String) throws(HostRefusal) -> [UInt8] {
        guard case .string(let password)? = value else { throw .raise("\(function): the password is a string") }
        guard (1...PasswordHash.longestPassword).contains(password.utf8.count) else {
            throw .failure(
                "password.length",
                "a password has 1 to \(PasswordHash.longestPassword) bytes, this one has "
                    + "\(password.utf8.count)")
        }
        return Array(password.utf8)
    }

    private static func stored(_ value: JSONValue?) throws(HostRefusal) -> PasswordHash? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?:
            guard let hash = PasswordHash(parsing: text) else {
                throw .failure("password.hash", "the stored hash is none of ours, or asks for too much memory or time")
            }
            return hash
        default: throw .raise("password.verify: the hash is a string, as password.hash made it, or nil")
        }
    }

    private static var busy: HostRefusal { .failure("overloaded", "too many passwords are being hashed") }
    private static var noMemory: HostRefusal { .failure("password.unavailable", "there is no memory for a hash") }
}
