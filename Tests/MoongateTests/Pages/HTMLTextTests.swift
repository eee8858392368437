import Testing

@testable import Moongate

@Suite struct HTMLTextTests {
    @Test(arguments: [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")])
    func charactersOfMarkupAreEscaped(_ character: String, _ escaped: String) {
        #expect(HTMLText("a\(character)b").renderText == "a\(escaped)b")
    }

    @Test func quoteUnderACombiningMarkIsEscapedToo() {
        let text = HTMLText("\"\u{301} autofocus onfocus=x").renderText
        #expect(!text.utf8.contains(UInt8(ascii: "\"")))
        #expect(text.hasPrefix("&quot;\u{301}"))
    }

    @Test func angleBracketUnderACombiningMarkIsEscapedToo() {
        #expect(HTMLText("<\u{338}").renderText.utf8.starts(with: "&lt;".utf8))
    }

    @Test func controlCharactersAreLeftOut() {
        #expect(HTMLText("a\u{0}b\u{1B}c\rd\u{7F}e\tf\ng").renderText == "abcde\tf\ng")
    }

    @Test func ordinaryTextStaysAsItIs() {
        #expect(HTMLText("Zoë 🌙 名前").renderText == "Zoë 🌙 名前")
    }

    @Test(arguments: ["/", "/auth/signin", "https://example.com/a?b=c", "HTTP://localhost:3000/"])
    func addressOfAWebPageIsKept(_ url: String) {
        #expect(HTMLText(url: url).renderText == url)
    }

    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "\u{1}javascript:alert(1)", "data:text/html,x", "vbscript:x", "//evil.example", "/\\evil.example",
        "\\\\evil.example", "/\t/evil.example", "", "evil.example", "https:evil.example", "blob:https://example.com/1",
    ])
    func addressOfAnythingElseGoesNowhere(_ url: String) {
        #expect(HTMLText(url: url).renderText == "#")
    }

    @Test func quotesInAnAddressAreEscaped() {
        #expect(HTMLText(url: "/a\"b'c&d").renderText == "/a&quot;b&#39;c&amp;d")
    }
}
