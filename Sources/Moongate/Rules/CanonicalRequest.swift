import HTTPTypes

/// A request in the one form that rules are matched on. It is made once and used by everybody: middleware, sidecar,
/// `explain`, the tests of a rule file.
///
/// What is not in this form is refused and never repaired, because whoever stands behind may repair it otherwise: the
/// target that was decided is byte for byte the target that goes on. The form is RFC 3986's normal form and a little
/// narrower:
/// - origin form (RFC 9112 section 3.2.1) of at most ``longestTarget`` bytes, without a fragment,
/// - a path of `pchar` and `/` with neither dot segments nor empty segments (one at its end may be empty),
/// - no escape of an unreserved character, of `/`, `\`, `;`, `%` with two digits behind it, or of a control character;
///   escapes give UTF-8,
/// - no `;` in the path: servers disagree about what stands behind it,
/// - a host of letters, digits, `-`, `_`, `.` or an IPv6 literal. Its port does not count: proxies choose by name alone.
///
/// Headers that ask for another method (`X-HTTP-Method-Override`) mean nothing here.
public struct CanonicalRequest: Sendable, Hashable {
    /// `GET`, `POST`, …: capital letters and `-`.
    public let method: String
    /// Lower case, without a port: `shop.example.com`, `[::1]`.
    public let host: String
    /// Path and query as received.
    public let target: String
    /// The client's address, seen through trusted proxies; `nil` where nobody knows it.
    public let ip: String?
    /// The path with its escapes decoded: none of them can be a `/`.
    let path: [UInt8]
    /// Where the path ends in ``target``, in bytes.
    let pathLength: Int

    /// 8 KiB.
    public static let longestTarget = 8 << 10

    /// A request from its parts, checked.
    /// - Throws: ``Denial`` with `request.method`, `request.host` or `request.target`.
    public init(method: String, host: String?, target: String, ip: String? = nil) throws(Denial) {
        guard (1...32).contains(method.utf8.count), method.utf8.allSatisfy({ $0 == 0x2D || $0.isCapitalLetter }) else {
            throw Denial(.requestMethod, "a method is made of capital letters")
        }
        // Its target is an authority (RFC 9112 section 3.2.3): the path that a proxy makes up for it is not what goes on.
        guard method != "CONNECT" else { throw Denial(.requestMethod, "CONNECT asks for no path that could be judged") }
        guard let host else { throw Denial(.requestHost, "the request names no host") }
        guard let name = CanonicalHost.name(of: host) else {
            throw Denial(.requestHost, "the host is not a plain name")
        }
        var target = target
        let found = target.withUTF8 { CanonicalPath.read($0) }
        switch found {
        case .success(let path): (self.path, pathLength) = (path.decoded, path.length)
        case .failure(let fault): throw Denial(.requestTarget, fault.sentence)
        }
        self.method = method
        self.host = name
        self.target = target
        self.ip = ip.map { NetworkRange.canonical($0) }
    }

    /// A request that reached the engine itself: through trusted proxies only its client's address is seen.
    /// - Throws: As ``init(method:host:target:ip:)``.
    public init(_ request: AuthRequest, trustedProxies: [NetworkRange]) throws(Denial) {
        try self.init(
            method: request.method.rawValue, host: request.authority, target: request.target,
            ip: ClientAddress.known(request, trusted: trustedProxies))
    }

    /// The path as received.
    public var rawPath: Substring { Substring(target.utf8.prefix(pathLength)) }

    /// The query as received, without its `?`; empty where there is none.
    public var rawQuery: Substring { Substring(target.utf8.dropFirst(pathLength + 1)) }
}

extension UInt8 {
    var isCapitalLetter: Bool { (0x41...0x5A).contains(self) }
}

extension Denial.Code {
    // Requests that rules cannot judge.
    /// The method is not one of capital letters, or a proxy did not say it.
    public static let requestMethod = Denial.Code("request.method")
    /// The host is missing or not a plain name.
    public static let requestHost = Denial.Code("request.host")
    /// The target is not in canonical form, or a proxy did not say it.
    public static let requestTarget = Denial.Code("request.target")
}
