import LuaHost
import Moongate
import MoongateTokens

/// The secrets of one owner: the names its permissions list, less those that the engine keeps for itself.
struct OwnerSecrets: Sendable {
    private let names: [String]
    private let reserved: Set<String>
    private let source: (any SecretSource)?
    private let known: KnownSecrets

    init(_ owner: ScriptOwner, _ services: HostServices) {
        names = owner.needs.secrets
        reserved = services.reservedNames
        source = services.secrets
        known = services.knownSecrets
    }

    /// Refuses a name that the owner may not use, naming the nearest that it may.
    func check(_ name: String) throws(HostRefusal) {
        guard !reserved.contains(name) else { throw .raise("secret: \(name) is the engine's own and no script's") }
        guard !names.contains(name) else { return }
        let guess = NearestName.of(name, among: names).map { "; did you mean \($0)?" } ?? ""
        throw .raise("secret: \(name) is not listed in needs.secrets\(guess)")
    }

    /// What was made of a secret and is as secret as that.
    func learn(_ derived: String, madeOf handle: SecretHandle) { known.learn(derived, madeOf: handle.name) }

    /// The value behind a handle, looked up now.
    func value(_ handle: SecretHandle) throws(HostRefusal) -> Secret {
        try check(handle.name)
        let found: Secret?
        do {
            found = try source.flatMap { try known.value(of: handle.name, from: $0) }
        } catch {
            throw .failure("secret.unreadable", "\(error)")
        }
        guard let found else {
            throw .failure(
                "secret.missing",
                "\(handle.name) has no value: set it in the environment, or name its file in "
                    + "\(handle.name)_FILE")
        }
        return found
    }
}

/// A `secret` handle among the arguments of a host call. A script cannot write one: where handles may come in, keys of
/// its own do not begin with `@`.
struct SecretHandle: Sendable {
    static let key = "@secret"

    let name: String

    init(name: String) { self.name = name }

    init?(_ value: JSONValue?) {
        guard case .object(let members)? = value, members.count == 1, case .string(let name)? = members[Self.key]
        else { return nil }
        self.name = name
    }
}

extension JSONValue {
    /// Whether a host value stands anywhere inside.
    var holdsHandle: Bool {
        switch self {
        case .array(let items): items.contains { $0.holdsHandle }
        case .object(let members): members.contains { $0.key.hasPrefix("@") || $0.value.holdsHandle }
        default: false
        }
    }
}
