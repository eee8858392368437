/// A web origin (RFC 6454): scheme, host and port. Written without the scheme's default port.
public struct Origin: Sendable, Hashable, CustomStringConvertible {
    /// The schemes a site may have.
    public enum Scheme: String, Sendable {
        /// Only where the host is loopback.
        case http
        /// Everywhere else.
        case https
        /// 80 or 443.
        public var defaultPort: UInt16 { self == .http ? 80 : 443 }
    }

    /// http or https.
    public let scheme: Scheme
    /// Lower-case name, IPv4 address, or IPv6 address in brackets.
    public let host: String
    /// Explicit or default.
    public let port: UInt16

    /// An origin from its parts; `host` is lower-cased.
    public init(scheme: Scheme, host: String, port: UInt16? = nil) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port ?? scheme.defaultPort
    }

    /// Reads `scheme://host[:port]`, with at most one `/` after it. Anything else (user information, path, query, a port
    /// outside 1–65535, characters that have no place in a host name) is `nil`.
    public init?(_ text: String) {
        guard let (origin, rest) = Origin.prefix(of: Array(text.utf8)), rest.isEmpty || rest.elementsEqual("/".utf8)
        else {
            return nil
        }
        self = origin
    }

    public var description: String {
        port == scheme.defaultPort ? "\(scheme.rawValue)://\(host)" : "\(scheme.rawValue)://\(host):\(port)"
    }

    /// `host[:port]` as in a `Host` header field.
    public var authority: String { port == scheme.defaultPort ? host : "\(host):\(port)" }

    /// Whether the host can only be this machine: `localhost`, names below it, 127.0.0.0/8, `[::1]`.
    public var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" || Origin.isLoopbackIPv4(host)
    }

    private static func isLoopbackIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Reads an origin at the start of `text` and returns what follows it (empty, or beginning with `/`, `?` or `#`).
    static func prefix(of text: [UInt8]) -> (origin: Origin, rest: ArraySlice<UInt8>)? {
        let scheme: Scheme
        let start: Int
        if text.lowercasedPrefix("https://") {
            (scheme, start) = (.https, 8)
        } else if text.lowercasedPrefix("http://") {
            (scheme, start) = (.http, 7)
        } else {
            return nil
        }
        let end = text[start...].firstIndex { $0 == 0x2F || $0 == 0x3F || $0 == 0x23 } ?? text.endIndex
        guard let (host, port) = authority(text[start..<end]) else { return nil }
        return (Origin(scheme: scheme, host: host, port: port), text[end...])
    }

    private static func authority(_ bytes: ArraySlice<UInt8>) -> (host: String, port: UInt16?)? {
        var hostEnd = bytes.endIndex
        if bytes.first == UInt8(ascii: "[") {
            guard let close = bytes.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            guard bytes[(bytes.startIndex + 1)..<close].allSatisfy(\.isIPv6Character), close > bytes.startIndex + 2
            else {
                return nil
            }
            hostEnd = close + 1
            guard hostEnd == bytes.endIndex || bytes[hostEnd] == UInt8(ascii: ":") else { return nil }
        } else {
            hostEnd = bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
            guard hostEnd > bytes.startIndex, bytes[..<hostEnd].allSatisfy(\.isHostCharacter) else { return nil }
        }
        let host = String(decoding: bytes[..<hostEnd], as: UTF8.self)
        guard hostEnd < bytes.endIndex else { return (host, nil) }
        let digits = bytes[(hostEnd + 1)...]
        guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self)), port > 0
        else { return nil }
        return (host, port)
    }
}

extension UInt8 {
    fileprivate var isHostCharacter: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
            || self == 0x2D || self == 0x2E || self == 0x5F
    }

    fileprivate var isIPv6Character: Bool {
        (0x30...0x39).contains(self) || (0x41...0x46).contains(self) || (0x61...0x66).contains(self)
            || self == 0x3A || self == 0x2E
    }
}

extension Array<UInt8> {
    fileprivate func lowercasedPrefix(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { prefix in
            for (index, byte) in prefix.enumerated() {
                let own = self[index]
                guard own == byte || ((0x41...0x5A).contains(own) && own | 0x20 == byte) else { return false }
            }
            return true
        }
    }
}
