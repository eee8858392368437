import HTTPTypes
import Testing

@testable import Moongate

/// What a proxy says, and what it must not say twice.
@Suite struct ForwardedRequestTests {
    private static let configuration: Configuration = {
        var configuration = Configuration(
            origin: Origin(scheme: .https, host: "app.example.com"),
            secrets: [Secret("a secret of a test, long enough")])
        configuration.trustedProxies = [NetworkRange("10.0.0.0/8")].compactMap(\.self)
        return configuration
    }()

    private func read(_ fields: [(String, String)], host: String? = "app.example.com") throws -> ForwardedRequest {
        var headers = HTTPFields()
        for (name, value) in fields {
            headers.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        let request = AuthRequest(
            target: "/auth/verify", authority: host, headers: headers, peer: PeerAddress("10.0.0.1"))
        return try ForwardedRequest(request, Self.configuration)
    }

    private func refusal(_ fields: [(String, String)], host: String? = "app.example.com") -> String? {
        do {
            _ = try read(fields, host: host)
            return nil
        } catch let denial as Denial {
            return denial.code.name
        } catch {
            return "\(error)"
        }
    }

    private static let caddy = [
        ("X-Forwarded-Method", "POST"), ("X-Forwarded-Host", "App.example.com:8443"),
        ("X-Forwarded-Uri", "/a%20b?c=%2F"),
        ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9"),
    ]
    private static let nginx = [
        ("X-Original-Method", "GET"), ("X-Original-URL", "http://App.example.com:80/a%20b?c=%2F"),
        ("X-Forwarded-For", "203.0.113.9"),
    ]
    private static let ingress = [("X-Original-Method", "GET"), ("X-Original-URI", "/x")]

    @Test func caddyAndTraefikTellByXForwarded() throws {
        let asked = try read(Self.caddy, host: "moongate:3000")
        #expect(asked.family == .forwarded)
        #expect(asked.canonical.method == "POST")
        #expect(asked.canonical.host == "app.example.com")
        #expect(asked.canonical.target == "/a%20b?c=%2F")
        #expect(asked.canonical.ip == "203.0.113.9")
        #expect(asked.url == "https://App.example.com:8443/a%20b?c=%2F")
    }

    @Test func nginxTellsByXOriginalURL() throws {
        let asked = try read(Self.nginx, host: "moongate:3000")
        #expect(asked.family == .original)
        #expect(asked.canonical.host == "app.example.com")
        #expect(asked.canonical.target == "/a%20b?c=%2F")
        #expect(asked.url == "https://app.example.com/a%20b?c=%2F", "the site's own host without a port is the site")
    }

    @Test func xOriginalURIGoesWithHost() throws {
        let asked = try read(Self.ingress + [("X-Forwarded-Proto", "http")], host: "other.example.com:81")
        #expect(asked.family == .original)
        #expect(asked.canonical.host == "other.example.com")
        #expect(asked.url == "http://other.example.com:81/x")
    }

    @Test func bothFamiliesMayAgree() throws {
        let both = [
            ("X-Original-Method", "GET"), ("X-Original-URI", "/x"), ("X-Original-URL", "http://app.example.com/x"),
            ("X-Forwarded-Method", "GET"), ("X-Forwarded-Host", "APP.example.com:80"), ("X-Forwarded-Uri", "/x"),
        ]
        #expect(try read(both).family == .original)
    }

    @Test(arguments: 0..<3)
    func noneOfTheThreeMayBeMissing(_ index: Int) {
        var fields = Self.caddy
        fields.remove(at: index)
        #expect(refusal(fields) == ["request.method", "request.host", "request.target"][index])
    }

    @Test func aMissingMethodIsNotThatOfTheOtherFamily() {
        #expect(
            refusal([("X-Original-URL", "http://app.example.com/x"), ("X-Forwarded-Method", "GET")]) == "request.method"
        )
        #expect(refusal([("X-Original-Method", "GET")]) == "request.target")
        #expect(refusal(Self.ingress, host: nil) == "request.host")
        #expect(refusal([]) == "request.target")
    }

    @Test(arguments: [
        "X-Forwarded-Method", "X-Forwarded-Host", "X-Forwarded-Uri", "X-Forwarded-Proto", "x-forwarded-uri",
    ])
    func aFieldThatStandsTwiceIsRefused(_ name: String) throws {
        let value = try #require(Self.caddy.first { $0.0.lowercased() == name.lowercased() }).1
        #expect(refusal(Self.caddy + [(name, value)]) == "verify.fields")
    }

    @Test(arguments: [
        "X_Forwarded_Uri", "x-forwarded_uri", "X_Original_URL", "X_Original-Method", "X_FORWARDED_FOR",
        "X_Forwarded_Anything",
    ])
    func aFieldWithUnderscoresIsRefused(_ name: String) {
        #expect(refusal(Self.caddy + [(name, "/admin")]) == "verify.fields")
        #expect(refusal(Self.nginx + [(name, "/admin")]) == "verify.fields")
    }

    @Test(arguments: [
        [("X-Original-Method", "GET"), ("X-Original-URL", "http://app.example.com/admin")],
        [("X-Original-Method", "GET")],
        [("X-Original-Method", "POST"), ("X-Original-URI", "/admin")],
        [("X-Original-Method", "POST"), ("X-Original-URL", "http://evil.example.com/a%20b?c=%2F")],
    ])
    func familiesThatDisagreeAreRefused(_ smuggled: [(String, String)]) {
        #expect(refusal(Self.caddy + smuggled) == "verify.fields")
    }

    @Test(arguments: [
        ("X-Forwarded-Method", "POST"), ("X-Forwarded-Host", "evil.example.com"), ("X-Original-URI", "/admin"),
    ])
    func aLoneFieldThatDisagreesIsRefused(_ name: String, _ value: String) {
        #expect(refusal(Self.nginx + [(name, value)]) == "verify.fields")
    }

    @Test(arguments: [
        "/a/../b", "//a", "/a%2fb", "/a;b", "a", "http://app.example.com/a", "/a#b", "/%zz", "/a b", "/%2e%2e/a", "/é",
        "",
    ])
    func whatIsNotCanonicalIsRefused(_ target: String) {
        var fields = Self.caddy
        fields[2].1 = target
        #expect(refusal(fields) == "request.target")
        #expect(refusal([("X-Original-Method", "GET"), ("X-Original-URI", target)]) == "request.target")
        guard target.hasPrefix("/") else { return }
        #expect(
            refusal([("X-Original-Method", "GET"), ("X-Original-URL", "http://app.example.com" + target)])
                == "request.target")
    }

    @Test(arguments: [
        "http://", "http:///x", "//app.example.com/x", "/x", "ftp://app.example.com/x", "http://app.example.com",
    ])
    func anXOriginalURLIsAbsolute(_ url: String) {
        #expect(refusal([("X-Original-Method", "GET"), ("X-Original-URL", url)]) == "request.target")
    }

    @Test(arguments: ["a, b", "a b", "a/b", "u@a", "..", "a:b", ""])
    func aHostIsOnePlainName(_ host: String) {
        var fields = Self.caddy
        fields[1].1 = host
        #expect(refusal(fields) == "request.host")
    }

    @Test(arguments: ["CONNECT", "get", "", "GET, POST", "GET POST"])
    func aMethodIsOneWord(_ method: String) {
        var fields = Self.caddy
        fields[0].1 = method
        #expect(refusal(fields) == "request.method")
    }

    @Test func theClientIsTheLastUntrustedAddress() throws {
        var fields = Self.nginx
        fields[2].1 = "192.0.2.1, 203.0.113.9, 10.0.0.7"
        #expect(try read(fields).canonical.ip == "203.0.113.9")
    }
}
