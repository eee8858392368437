import HTTPTypes
import Moongate

/// The request that `moongate explain` asks about, read from the command line.
struct ExplainedRequest {
    let request: AuthRequest

    /// - Parameters:
    ///   - url: Absolute, or a target that begins with `/`.
    ///   - fields: `Name: value` each; `Host` stands for the URL's.
    ///   - origin: Of the site, where neither says.
    /// - Throws: ``CommandFailure`` for what is no request at all; whether it is canonical is the rules' to say.
    init(method: String, url: String, fields: [String], ip: String?, origin: Origin) throws {
        guard let method = HTTPRequest.Method(method), method.rawValue == method.rawValue.uppercased() else {
            throw CommandFailure(.usage, "moongate: \(method) is no method: write it in capital letters, as in GET")
        }
        let (host, target) = try Self.split(url)
        var authority = host
        var headers = HTTPFields()
        for field in fields {
            let (name, value) = try Self.field(field)
            if name == .host { authority = value } else { headers.append(HTTPField(name: name, value: value)) }
        }
        request = AuthRequest(
            method: method, target: target, authority: authority ?? origin.authority, headers: headers,
            peer: ip.map { PeerAddress($0) })
    }

    /// Host (with its port) and target, as they are written: nothing is put right.
    static func split(_ url: String) throws -> (host: String?, target: String) {
        if url.hasPrefix("/") { return (nil, url) }
        for scheme in ["https://", "http://"] where url.lowercased().hasPrefix(scheme) {
            let rest = url.dropFirst(scheme.count)
            let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
            let target = rest[end...]
            return (String(rest[..<end]), target.hasPrefix("/") ? String(target) : "/" + target)
        }
        throw CommandFailure(
            .usage, "moongate: \(url) is no URL: write https://example.com/path, or a path that begins with /")
    }

    /// One header field.
    static func field(_ text: String) throws -> (HTTPField.Name, String) {
        guard let colon = text.firstIndex(of: ":"), let name = HTTPField.Name(String(text[..<colon])) else {
            throw CommandFailure(.usage, "moongate: --header takes a field, as in --header 'Accept: text/html'")
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        guard HTTPField.isValidValue(String(value)) else {
            throw CommandFailure(.usage, "moongate: the value of the header \(name) has characters that no header has")
        }
        return (name, String(value))
    }
}

extension HTTPField.Name {
    // A literal that is a valid field name.
    fileprivate static let host = HTTPField.Name("host").unsafelyUnwrapped
}
