import Foundation
import Testing

@testable import Moongate

@Suite struct RedirectCheckTests {
    private let origin = Origin(scheme: .https, host: "app.example.com")
    private var check: RedirectCheck { RedirectCheck(origin: origin) }

    @Test(arguments: RedirectTable.accepted)
    func urlOfThisSiteIsAccepted(_ url: String) throws {
        let resolved = try #require(check.resolve(url))
        #expect(resolved == "https://app.example.com" || resolved.hasPrefix("https://app.example.com/"))
    }

    @Test(arguments: RedirectTable.refused)
    func urlThatLeadsElsewhereIsRefused(_ url: String) {
        #expect(check.resolve(url) == nil)
    }

    @Test func lengthIsLimited() {
        let longest = "/" + String(repeating: "a", count: 2047 - origin.description.utf8.count)
        let resolved = check.resolve(longest)
        #expect(resolved?.utf8.count == 2048 && check.resolve(longest + "a") == nil)
        #expect(resolved.flatMap { check.resolve($0) } == resolved)
    }

    @Test(arguments: [("/é", 400), ("/a", 1100)])
    func urlThatABrowserWouldNotKeepInACookieIsRefused(_ piece: String, _ count: Int) {
        #expect(check.resolve(String(repeating: piece, count: count)) == nil)
    }

    /// As `location.href` and `new URL(…).href` give them.
    @Test(arguments: [
        ("/r?f={%22a%22:1}", "/r?f=%7B%22a%22:1%7D"), ("/s?x=a|b", "/s?x=a%7Cb"), ("/p|q", "/p%7Cq"),
        ("/#a|b", "/#a%7Cb"), ("/?p=C:\\d", "/?p=C:%5Cd"), ("/?`^", "/?%60%5E"), ("/#\\", "/#%5C"),
    ])
    func charactersThatBrowsersLeaveAreEscaped(_ path: String, _ written: String) {
        #expect(check.resolve(path) == origin.description + written)
        #expect(check.resolve(origin.description + path) == origin.description + written)
        #expect(check.resolve(origin.description + written) == origin.description + written)
    }

    @Test func listedOriginIsAcceptedAndItsNeighboursAreNot() {
        let check = RedirectCheck(origin: origin, allowed: [Origin(scheme: .https, host: "other.example", port: 8443)])
        #expect(check.resolve("https://other.example:8443/x?y") == "https://other.example:8443/x?y")
        for url in ["https://other.example/x", "http://other.example:8443/", "https://a.other.example:8443/"] {
            #expect(check.resolve(url) == nil)
        }
    }

    @Test func dotSegmentsAreGoneAndTextIsEscaped() {
        #expect(check.resolve("/a/../b/./c") == "https://app.example.com/b/c")
        #expect(check.resolve("/ü") == "https://app.example.com/%C3%BC")
    }

    /// Texts put together from dangerous pieces: whatever passes is, for another parser, on this site.
    @Test func whateverPassesResolvesToThisSite() {
        let pieces = [
            "/", "//", "\\", "https:", "https://", "app.example.com", "evil.example", "@", ":443", ":80", "%2f", "%5c",
            "%2e",
            "..", ".", "?", "#", ";", "a", "\t", "\u{200B}", "[", "]", "&", "=", "|", "{", "^",
        ]
        var random = SplitMix(state: 20)
        var passed = 0
        for _ in 0..<20_000 {
            let count = Int(random.next() % 6) + 1
            let url = (0..<count).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
            guard let resolved = check.resolve(url) else { continue }
            passed += 1
            guard let parsed = URL(string: resolved), let again = URL(string: resolved, relativeTo: parsed) else {
                Issue.record("no URL: \(resolved)")
                continue
            }
            #expect(parsed.scheme == "https" && parsed.host == "app.example.com" && parsed.user == nil, "\(url)")
            #expect(parsed.port == nil && again.absoluteURL.host == "app.example.com", "\(url)")
            #expect(check.resolve(resolved) == resolved, "\(url)")
        }
        #expect(passed > 400)
    }
}

/// The same numbers in every run.
private struct SplitMix {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
