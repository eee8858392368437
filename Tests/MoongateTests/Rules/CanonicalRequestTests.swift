import HTTPTypes
import Testing

@testable import Moongate

@Suite struct CanonicalRequestTests {
    private func refusal(
        _ target: String, method: String = "GET", host: String? = "app.example.com"
    ) -> String? {
        do {
            _ = try CanonicalRequest(method: method, host: host, target: target)
            return nil
        } catch { return error.code.name }
    }

    @Test(
        arguments: [
            "/", "/a", "/a/", "/a/b.c", "/a/.b", "/a/b.", "/a/...", "/a/..b", "/~user/-_.!$&'()*+,=:@", "/a?b=c",
            "/a?b=../..;c=//", "/a?", "/%C3%A9", "/a%20b", "/%25", "/100%25", "/a%3Fb", "/a%23b",
            "/static/a.css?v=%2e%2e%2f",
        ])
    func targetInNormalFormIsTaken(target: String) throws {
        let request = try CanonicalRequest(method: "GET", host: "app.example.com", target: target)
        #expect(request.target == target)
    }

    @Test(
        arguments: [
            // dot segments
            "/.", "/..", "/a/.", "/a/..", "/a/./b", "/a/../b", "/../etc", "/static/../admin",
            // escapes of what needs none, dots among them
            "/%2e%2e/admin", "/%2E./a", "/.%2e/a", "/static/%2e%2e/admin", "/%61dmin", "/%41", "/a%2Db", "/a%7Eb",
            // slashes and backslashes
            "//", "//a", "/a//b", "/a//", "/a%2Fb", "/a%2fb", "/a%5Cb", "/a%5cb", "/a\\b", "/\\..\\a",
            // escaped twice
            "/%252e%252e/a", "/%252F", "/a%255Cb", "/%2541",
            // parameters, fragments, control characters
            "/a;b", "/..;/a", "/a;jsessionid=1/b", "/a%3Bb", "/a#b", "/a?b#c", "/a%00", "/%00", "/a%0d%0aX:1", "/a%7F",
            "/a\u{0}", "/a\tb", "/a b", "/a?b c", "/a%1f",
            // not escapes, not UTF-8, not characters of a URL
            "/%", "/%a", "/%zz", "/a%u002f", "/%C3", "/%FF", "/%C0%AE", "/%ED%A0%80", "/é", "/a|b", "/a\"b", "/<a>",
            "/a^",
            "/a`", "/{a}", "/[a]",
            // not origin form
            "", "a", "*", "http://app.example.com/a", "https://other.example.com/", "app.example.com:443", "?a", "#a",
        ])
    func everythingElseIsRefusedAndNeverRepaired(target: String) {
        #expect(refusal(target) == "request.target")
    }

    @Test func lengthHasAnEnd() {
        let longest = "/" + String(repeating: "a", count: CanonicalRequest.longestTarget - 1)
        #expect(refusal(longest) == nil)
        #expect(refusal(longest + "a") == "request.target")
    }

    @Test(
        arguments: [
            ("app.example.com", "app.example.com"), ("APP.Example.COM", "app.example.com"), ("app:443", "app"),
            ("app.example.com:80", "app.example.com"), ("app:8080", "app"), ("127.0.0.1:3000", "127.0.0.1"),
            ("[::1]", "[::1]"), ("[2001:DB8::1]:8443", "[2001:db8::1]"),
            ("[2001:DB8:0:0:0:0:0:1]", "[2001:db8::1]"), ("[::FFFF:1.2.3.4]", "[::ffff:1.2.3.4]"), ("a_b-c", "a_b-c"),
        ])
    func hostIsLowerCaseWithoutItsPort(host: String, name: String) throws {
        #expect(try CanonicalRequest(method: "GET", host: host, target: "/").host == name)
    }

    @Test(
        arguments: [
            nil, "", ":80", "a:", "a:x", "a:99999", "a:123456", "a.", ".a", "a..b", "a b", "a@b", "a/b", "a,b", "a%41",
            "[::1", "::1", "[1.2.3.4]", "[::1]x", "[::1]:", "é.example.com", "a#b", "a\\b", "a\u{0}",
            String(repeating: "a", count: 256),
        ] as [String?])
    func hostThatIsNoPlainNameIsRefused(host: String?) {
        #expect(refusal("/", host: host) == "request.host")
    }

    @Test(arguments: ["GET", "PROPFIND", "M-SEARCH", "OPTIONS"])
    func methodIsMadeOfCapitals(method: String) { #expect(refusal("/", method: method) == nil) }

    @Test(arguments: ["", "get", "Get", "GET ", "G\nT", "GÉT", "GET1", String(repeating: "A", count: 33)])
    func otherMethodsAreRefused(method: String) { #expect(refusal("/", method: method) == "request.method") }

    @Test func headersThatAskForAnotherMethodMeanNothing() throws {
        var headers = HTTPFields()
        for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
            guard let name = HTTPField.Name(name) else { continue }
            headers[name] = "DELETE"
        }
        let request = AuthRequest(
            method: .get, target: "/a?_method=DELETE", authority: "a.example.com", headers: headers)
        #expect(try CanonicalRequest(request, trustedProxies: []).method == "GET")
    }

    @Test func pathIsDecodedOnceAndTheTargetStays() throws {
        let request = try CanonicalRequest(method: "GET", host: "a", target: "/a%20b/%C3%A9?c=%2e&d")
        #expect(String(decoding: request.path, as: UTF8.self) == "/a b/é")
        #expect(request.rawPath == "/a%20b/%C3%A9")
        #expect(request.rawQuery == "c=%2e&d")
    }

    @Test func refusalNeverRepeatsTheTarget() {
        do {
            _ = try CanonicalRequest(method: "GET", host: "a", target: "/a//secret-token")
            Issue.record("taken")
        } catch { #expect(!error.reason.contains("secret-token")) }
    }

    /// No target that is taken decodes to a path with a dot segment, an empty segment, a slash out of an escape, a
    /// backslash, or a control character.
    @Test func noTakenTargetHasASecondReading() {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "/", "/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "a", "b", "%", "%25", "25", "2e", ";", "%3b", "%00",
            "?",
            "#", "%C3%A9", "%C3", "~", "%7e", "%20", "+", "*", ":",
        ]
        var taken = 0
        for _ in 0..<40_000 {
            let target =
                "/"
                + (0..<Int.random(in: 0...8, using: &random)).map { _ in
                    pieces.randomElement(using: &random) ?? ""
                }.joined()
            guard let request = try? CanonicalRequest(method: "GET", host: "a", target: target) else { continue }
            taken += 1
            let path = request.path
            let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
            #expect(segments.dropLast().allSatisfy { !$0.isEmpty }, "\(target)")
            #expect(segments.allSatisfy { !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }, "\(target)")
            #expect(path.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ";") })
            #expect(path.count { $0 == UInt8(ascii: "/") } == request.rawPath.utf8.count { $0 == UInt8(ascii: "/") })
        }
        #expect(taken > 1000)
    }
}

/// The same numbers in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        return mixed ^ mixed >> 31
    }
}
