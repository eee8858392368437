import HTTPTypes

/// Who sent a request, seen through trusted proxies.
enum ClientAddress {
    /// For hooks and logs, never for a decision. The peer; or, when it is a trusted proxy, the last address of `X-Forwarded-For` that is not one. An entry that is
    /// no address ends the search: whatever stands before it could be anybody's invention.
    static func resolve(_ request: AuthRequest, trusted: [NetworkRange]) -> String? {
        guard let peer = request.peer?.text, isTrusted(peer, trusted) else { return request.peer?.text }
        var client = peer
        let entries = request.headers[values: .forwardedFor].joined(separator: ",").split(separator: ",")
        for entry in entries.reversed() {
            let address = String(entry.filter { $0 != " " && $0 != "\t" })
            guard NetworkRange.isAddress(address) else { return client }
            client = address
            if !isTrusted(address, trusted) { return client }
        }
        return client
    }

    /// The client for a decision: as ``resolve(_:trusted:)``, but `nil` where a trusted proxy does not say it, so that no
    /// rule takes the proxy's own address for the client's. Where all of them are proxies it is the first one.
    static func known(_ request: AuthRequest, trusted: [NetworkRange]) -> String? {
        guard let peer = request.peer?.text, isTrusted(peer, trusted) else { return request.peer?.text }
        var client: String?
        let entries = request.headers[values: .forwardedFor].joined(separator: ",").split(separator: ",")
        for entry in entries.reversed() {
            let address = String(entry.filter { $0 != " " && $0 != "\t" })
            guard NetworkRange.isAddress(address) else { return nil }
            client = address
            if !isTrusted(address, trusted) { return client }
        }
        return client
    }

    static func isTrusted(_ address: String, _ trusted: [NetworkRange]) -> Bool {
        trusted.contains { $0.contains(address) }
    }
}

extension HTTPField.Name {
    // Literals that are valid field names.
    static let forwardedFor = HTTPField.Name("x-forwarded-for").unsafelyUnwrapped
    static let moongateGeneration = HTTPField.Name("x-moongate-generation").unsafelyUnwrapped
}
