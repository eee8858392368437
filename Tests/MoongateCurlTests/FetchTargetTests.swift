import Moongate
import Testing

@testable import MoongateCurl

@Suite struct FetchTargetTests {
    @Test func partsAreReadAsTheyWillBeUsed() throws {
        let target = try FetchTarget("https://id.example.com/a?secret=1")
        #expect(target.scheme == "https" && target.host == "id.example.com" && target.port == "443")
        #expect(target.origin == "https://id.example.com:443")
    }

    @Test(arguments: [
        "", "/path", "//example.com/", "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "http://",
        "https://user@example.com/", "https://user:pw@example.com/", "https://example.com/a b",
        "https://example.com/\n",
        "https://example.com\0.evil.example/", "https://example.com:99999/", "javascript:alert(1)",
    ])
    func otherUrlsAreRefused(url: String) {
        #expect(throws: FetchError(.badURL, "")) { try FetchTarget(url) }
    }

    @Test(arguments: [
        "http://127.0.0.1/", "http://127.9.9.9/", "http://[::1]/", "http://localhost:8080/", "http://LOCALHOST/",
        "http://a.localhost/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
    ])
    func loopbackIsSeenInEverySpelling(url: String) throws {
        #expect(try FetchTarget(url).isLoopback)
    }

    @Test(arguments: ["http://localhost.example.com/", "http://128.0.0.1/", "http://[::2]/", "http://notlocalhost/"])
    func otherHostsAreNotLoopback(url: String) throws {
        #expect(try FetchTarget(url).isLoopback == false)
    }
}

@Suite struct FetchDestinationTests {
    private func destination(_ url: String, base: String? = nil) throws -> FetchDestination {
        try CurlFetcher().destination(of: url, relativeTo: base)
    }

    @Test func destinationIsWhatWillBeConnected() throws {
        let found = try destination("HTTPS://API.Example.com/a?b")
        #expect(found.scheme == .https && found.host == "api.example.com" && found.port == 443)
        #expect(try destination("http://0x7f.1:8080/").host == "127.0.0.1")
        #expect(try destination("http://[::1]:80/").authority == "[::1]:80")
    }

    @Test(arguments: [
        ("/b", "https://a.example:444/b"), ("b?x", "https://a.example:444/dir/b?x"),
        ("?x", "https://a.example:444/dir/c?x"),
        ("//other.example/z", "https://other.example/z"), ("http://other.example/", "http://other.example/"),
        ("../up", "https://a.example:444/up"),
    ])
    func relativeURLIsResolved(reference: String, absolute: String) throws {
        #expect(try destination(reference, base: "https://a.example:444/dir/c").url == absolute)
    }

    @Test(arguments: ["file:///x", "http://u@b.example/", "javascript:1", "/a b", "/a\r\nb", "/\0"])
    func relativeURLIsReadAsStrictly(reference: String) {
        #expect(throws: FetchError(.badURL, "")) { try destination(reference, base: "https://a.example/") }
    }
}

@Suite struct ProxyEnvironmentTests {
    private let variables = [
        "http_proxy": "http://p1:3128", "HTTPS_PROXY": "http://p2:3128",
        "no_proxy": "internal.example, .corp.example,10.0.0.9",
    ]

    private func proxy(_ url: String) throws -> String? {
        ProxyEnvironment { variables[$0] }.proxy(for: try FetchTarget(url))
    }

    @Test func theSchemeChoosesTheProxy() throws {
        #expect(try proxy("http://example.com/") == "http://p1:3128")
        #expect(try proxy("https://example.com/") == "http://p2:3128")
    }

    @Test(arguments: [
        "https://internal.example/", "https://a.internal.example/", "https://corp.example/", "https://A.CORP.example/",
        "http://10.0.0.9/", "http://127.0.0.1/", "http://localhost/", "http://[::1]/",
    ])
    func exemptHostsAndThisMachineAreReachedDirectly(url: String) throws {
        #expect(try proxy(url) == nil)
    }

    @Test(arguments: ["https://xinternal.example/", "https://internal.example.com/", "http://10.0.0.90/"])
    func namesThatOnlyLookExemptAreNot(url: String) throws {
        #expect(try proxy(url) != nil)
    }

    @Test func upperCaseHttpProxyIsNotRead() throws {
        let environment = ProxyEnvironment { $0 == "HTTP_PROXY" ? "http://evil:1" : nil }
        #expect(environment.proxy(for: try FetchTarget("http://example.com/")) == nil)
    }
}
