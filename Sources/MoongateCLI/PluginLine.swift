import Moongate
import MoongateLua

extension Plugin {
    /// What it takes part in and what it was permitted, in one line for `moongate check`.
    var line: String {
        let needs = owner.needs
        let permissions = [
            list("http", needs.http.map(\.description)), list("secret", needs.secrets), list("env", needs.env),
            needs.kv ? "kv" : nil, needs.users ? "users" : nil, needs.sharedCache ? "cache.shared" : nil,
            needs.providerTokens ? "the provider's tokens in events" : nil,
        ].compactMap { $0 }
        let may = permissions.isEmpty ? "nothing more than any script" : permissions.joined(separator: ", ")
        let hooks = manifest.hooks.map(\.rawValue).joined(separator: " ")
        return "plugin \(id) \(manifest.version): hooks: \(hooks); may use: \(may)"
    }

    private func list(_ name: String, _ items: [String]) -> String? {
        items.isEmpty ? nil : "\(name) \(items.joined(separator: " "))"
    }
}
