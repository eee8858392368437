import LuaHost
import Moongate

extension OwnerProgram {
    /// Whether a hook of a session read, or a function of the rules, may write to the log. Of all that the first slice of a call can do, only that is
    /// seen by anybody: functions that wait begin after it.
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
        return (entries.map(\.source) + scripts.libraries.values).contains { $0.names("log") || $0.names("_ENV") }
    }
}

extension LuaSource {
    fileprivate func names(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in text.indices.contains { text[$0...].starts(with: word) } }
    }
}
