import HTTPTypes

/// Who sent a request, seen through trusted proxies.
enum ClientAddress {
    /// For hooks and logs, never for a decision: the peer; or, when it is a trusted proxy, the last address of
    /// `X-Forwarded-For` that is not one. An entry that is no address ends the search: whatever stands before it could be
    /// anybody's invention.
    static func resolve(_ request: AuthRequest, trusted: [NetworkRange]) -> String? {
        guard let peer = request.peer?.text, isTrusted(peer, trusted) else { return request.peer?.text }
        return forwarded(request, trusted).last ?? peer
    }

    /// For decisions: `nil` where a trusted proxy does not say it, so that no rule takes the proxy's own address for the
    /// client's. Where all of them are proxies it is the first one.
    static func known(_ request: AuthRequest, trusted: [NetworkRange]) -> String? {
        guard let peer = request.peer?.text, isTrusted(peer, trusted) else { return request.peer?.text }
        let found = forwarded(request, trusted)
        return found.isReadable ? found.last : nil
    }

    /// Backwards through `X-Forwarded-For` to the first address that is no trusted proxy, or to an entry that is none.
    private static func forwarded(
        _ request: AuthRequest, _ trusted: [NetworkRange]
    ) -> (last: String?, isReadable: Bool) {
        var last: String?
        let entries = request.headers[values: .forwardedFor].joined(separator: ",").split(separator: ",")
        for entry in entries.reversed() {
            let address = NetworkRange.canonical(trimmed(entry))
            guard NetworkRange.isAddress(address) else { return (last, false) }
            last = address
            if !isTrusted(address, trusted) { break }
        }
        return (last, true)
    }

    private static func trimmed(_ entry: Substring) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let start = entry.utf8.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(decoding: start[...end], as: UTF8.self)
    }

    static func isTrusted(_ address: String, _ trusted: [NetworkRange]) -> Bool {
        trusted.contains { $0.contains(address) }
    }
}

extension HTTPField.Name {
    // Literals that are valid field names.
    package static let forwardedFor = HTTPField.Name("x-forwarded-for").unsafelyUnwrapped
    static let moongateGeneration = HTTPField.Name("x-moongate-generation").unsafelyUnwrapped
}
