import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `secret "NAME"` and `env("NAME", default)`, each there only for an owner that lists names.
    static func secrets(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        (owner.needs.secrets.isEmpty ? [] : [secret(OwnerSecrets(owner, services))])
            + (owner.needs.env.isEmpty ? [] : [env(owner, services)])
    }

    /// A handle that names a secret. Its value stays on this side: it is looked up where the handle is used.
    private static func secret(_ secrets: OwnerSecrets) -> HostFunction {
        .deciding("secret") { arguments throws(HostRefusal) in
            guard arguments.count == 1, case .string(let name)? = arguments[0] else {
                throw .raise("secret takes one name, as in secret \"HR_TOKEN\"")
            }
            try secrets.check(name)
            return .handle(kind: "secret", payload: JSONValue.string(name).canonicalBytes())
        }
    }

    /// A variable of the environment, the default where it is unset or empty, else `nil`. What is a secret, to the
    /// engine or to the owner, is none.
    private static func env(_ owner: ScriptOwner, _ services: HostServices) -> HostFunction {
        let names = owner.needs.env
        let hidden = services.reservedNames.union(owner.needs.secrets)
        let source = services.secrets
        return .deciding("env") { arguments throws(HostRefusal) in
            guard (1...2).contains(arguments.count), case .string(let name)? = arguments[0] else {
                throw .raise("env takes a name and a default, as in env(\"REGION\", \"eu\")")
            }
            guard !hidden.contains(name) else { throw .raise("env: \(name) is a secret and not given to scripts") }
            guard names.contains(name) else {
                let guess = NearestName.of(name, among: names).map { "; did you mean \($0)?" } ?? ""
                throw .raise("env: \(name) is not listed in needs.env\(guess)")
            }
            let value = source?.variable(name).map { JSONValue.string($0) } ?? arguments[1] ?? .null
            return .value(value.canonicalBytes())
        }
    }
}
