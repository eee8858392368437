import HTTPTypes

/// The fields of both families, each of them there once or not at all.
struct ForwardedFields {
    /// One family's word about the request.
    struct Told {
        let method: String
        /// With its port, where the proxy says one.
        let host: String
        let target: String
        var scheme: Origin.Scheme?
    }

    private enum Field: String {
        case forwardedMethod = "x-forwarded-method"
        case forwardedHost = "x-forwarded-host"
        case forwardedURI = "x-forwarded-uri"
        case forwardedScheme = "x-forwarded-proto"
        case originalMethod = "x-original-method"
        case originalURI = "x-original-uri"
        case originalURL = "x-original-url"
    }

    private var values: [Field: String] = [:]

    /// - Throws: ``Denial`` with `verify.fields` for a field that stands twice, and for one that is spelt with `_`: servers
    ///   that speak CGI read it as the one with `-`, so a proxy that lets it through lets a client speak for it.
    init(_ headers: HTTPFields) throws(Denial) {
        for field in headers {
            let name = field.name.canonicalName
            guard name.utf8.first == UInt8(ascii: "x") else { continue }
            let key = InjectedHeader.key(name)
            guard key.hasPrefix("x-forwarded-") || key.hasPrefix("x-original-") else { continue }
            guard key == name else {
                throw Denial(.verifyFields, "a field is spelt with underscores: \(key); the proxy has to delete it")
            }
            guard let known = Field(rawValue: key) else { continue }
            guard values.updateValue(field.value, forKey: known) == nil else {
                throw Denial(.verifyFields, "\(key) is there twice; the proxy has to delete the client's")
            }
        }
    }

    /// What `X-Original-*` says; `nil` where they do not say what was asked for.
    /// - Parameter host: `Host` of the proxy's request, which counts beside `X-Original-URI`.
    func original(host: String?) throws(Denial) -> Told? {
        let uri = values[.originalURI]
        if let url = values[.originalURL] {
            guard let (origin, rest) = Origin.prefix(of: Array(url.utf8)) else {
                throw Denial(.requestTarget, "X-Original-URL is not an absolute http or https URL")
            }
            let target = String(decoding: rest, as: UTF8.self)
            guard uri == nil || uri == target else { throw Self.disagreement("target") }
            return Told(
                method: try required(.originalMethod, "X-Original-Method"), host: origin.authority, target: target,
                scheme: origin.scheme)
        }
        guard let uri else { return nil }
        guard let host else { throw Denial(.requestHost, "the proxy sends no Host beside X-Original-URI") }
        return Told(
            method: try required(.originalMethod, "X-Original-Method"), host: host, target: uri, scheme: scheme)
    }

    /// What `X-Forwarded-*` says; `nil` where they do not say what was asked for.
    func forwarded() throws(Denial) -> Told? {
        guard let target = values[.forwardedURI] else { return nil }
        let method = try required(.forwardedMethod, "X-Forwarded-Method")
        guard let host = values[.forwardedHost] else {
            throw Denial(.requestHost, "the proxy does not set X-Forwarded-Host")
        }
        return Told(method: method, host: host, target: target, scheme: scheme)
    }

    /// Fields of a family that says no URI have to fit, too.
    func requireAgreement(_ told: Told, host: String) throws(Denial) {
        for field in [Field.originalMethod, .forwardedMethod] {
            if let method = values[field], method != told.method { throw Self.disagreement("method") }
        }
        if let other = values[.forwardedHost], CanonicalHost.name(of: other) != host {
            throw Self.disagreement("host")
        }
    }

    static func disagreement(_ what: String) -> Denial {
        Denial(
            .verifyFields,
            "the fields do not agree on the \(what); the proxy has to delete those of the client that it does not set")
    }

    /// `X-Forwarded-Proto`, which matters to where the client is sent back to and to nothing else. Traefik says `ws`.
    private var scheme: Origin.Scheme? {
        switch values[.forwardedScheme] {
        case "http", "ws": .http
        case "https", "wss": .https
        default: nil
        }
    }

    private func required(_ field: Field, _ name: String) throws(Denial) -> String {
        guard let value = values[field] else { throw Denial(.requestMethod, "the proxy does not set \(name)") }
        return value
    }
}

extension Denial.Code {
    // Questions of a proxy.
    /// The peer that asks at `{basePath}/verify` is not in `trustedProxies`.
    public static let verifyUntrusted = Denial.Code("verify.untrusted")
    /// What a proxy says of the request contradicts itself: a client may have had a part in it.
    public static let verifyFields = Denial.Code("verify.fields")
}
