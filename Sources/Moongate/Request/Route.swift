import HTTPTypes

/// What a target under `basePath` asks for (contract 1.1).
struct Route: Sendable, Equatable {
    enum Action: String, Sendable {
        case providers, session, csrf, signin, signout, callback, error
        case verifyRequest = "verify-request"
        case clientModule = "client.js"
        case clientTypes = "client.d.ts"
        case verify
    }

    let action: Action
    let provider: String?

    /// The path and the query of a target: split at the first `?`; a fragment never reaches a server.
    static func split(_ target: String) -> (path: Substring, query: Substring) {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (target[...], "") }
        return (target[..<mark], target[target.utf8.index(after: mark)...])
    }

    /// `nil` when the path is not below `basePath` with a delimiter, or the action is not known.
    init?(path: Substring, basePath: String) {
        guard path.utf8.starts(with: basePath.utf8) else { return nil }
        let rest = path.utf8.dropFirst(basePath.utf8.count)
        guard rest.first == UInt8(ascii: "/") else { return nil }
        let segments = rest.split(separator: UInt8(ascii: "/")).map { Substring($0) }
        guard (1...2).contains(segments.count), let action = Action(rawValue: String(segments[0])) else { return nil }
        let provider = segments.count == 2 && segments[1] != "undefined" ? String(segments[1]) : nil
        guard provider == nil || action == .signin || action == .callback else { return nil }
        // Proxies keep this one from the outside by its name, so it has no second spelling.
        guard action != .verify || rest.elementsEqual("/verify".utf8) else { return nil }
        self.action = action
        self.provider = provider
    }
}
