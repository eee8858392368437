import LuaHost
import Moongate

extension HostFunction {
    /// Everything that an owner's hooks may call: what every script has, and what the owner's permissions add.
    /// `docs/lua/moongate.lua` declares the same for editors; a test compares.
    static func forHooks(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        [.deny, .jsonEncode, .jsonDecode, .timeNow(services.clock)]
            + (owner.id == ScriptOwner.site ? verdicts : [])
            + logging(to: services.logger, hiding: services.knownSecrets)
            + secrets(owner, services)
            + crypto(owner, services)
            + http(owner, services)
            + password(owner, services)
            + users(owner, services)
            + keyValues(owner, services)
            + caching(owner, services)
    }
}
