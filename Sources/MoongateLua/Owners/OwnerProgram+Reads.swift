import LuaHost
import Moongate

extension OwnerProgram {
    /// Whether a hook of a session read, or a function of the rules, may write to the log. Of all that the first slice of a
    /// call can do, only that is seen by anybody: functions that wait begin after it.
    var mayLogOnReads: Bool {
        let entries = scripts.entries.filter {
            switch $0.role {
            case .hook(let hook): hook == .jwt || hook == .session
            case .rules: true
            case .events: false
            case .plugin(let hooks): hooks.contains(.jwt) || hooks.contains(.session)
            }
        }
        guard !entries.isEmpty else { return false }
        return (entries.map(\.source) + scripts.libraries.values).contains { source in
            // By the words that stand there: `login` is none of them.
            LuaTokens(source.text).all.contains { $0.kind == .name("log") || $0.kind == .name("_ENV") }
        }
    }
}
