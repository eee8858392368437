import MoongateTokens
import Testing

@testable import Moongate

@Suite struct PageStyleTests {
    private func css(_ change: (inout ThemeConfiguration) -> Void = { _ in }) -> String {
        var theme = ThemeConfiguration()
        change(&theme)
        return PageStyle(theme: theme).css.renderText
    }

    @Test func autoFollowsTheSystem() {
        #expect(css().contains("prefers-color-scheme: dark"))
        #expect(css().contains("color-scheme: light;"))
    }

    @Test func aForcedSchemeAsksNobody() {
        #expect(!css { $0.colorScheme = .light }.contains("color-scheme: dark"))
        #expect(!css { $0.colorScheme = .dark }.contains("color-scheme: light"))
    }

    @Test func brandColourIsSet() {
        #expect(css { $0.brandColor = "#0aF" }.contains(":root { --brand-color: #0aF; --button-text-color: #"))
    }

    @Test(arguments: ["red", "#12", "#12345", "#1234567", "#ggg", "#fff;}*{display:none", "</style>", "", "#", "#éé"])
    func whatIsNoColourIsLeftOut(_ value: String) {
        let text = css { ($0.brandColor, $0.buttonText) = (value, value) }
        #expect(text == css())
    }

    @Test(arguments: [("#000", "#fff"), ("#3f4499", "#fff"), ("#ffd400", "#000"), ("#ffffff", "#000")])
    func textOnTheBrandColourIsReadable(_ brand: String, _ expected: String) {
        #expect(css { $0.brandColor = brand }.contains("--button-text-color: \(expected);"))
    }

    @Test func configuredButtonTextWins() {
        #expect(css { ($0.brandColor, $0.buttonText) = ("#000", "#abcdef") }.contains("--button-text-color: #abcdef;"))
    }

    @Test func sourceIsTheDigestOfTheText() {
        let style = PageStyle(theme: ThemeConfiguration())
        let digest = Base64.encode(SHA256.hash(Array(style.css.renderText.utf8)))
        #expect(style.source == "'sha256-\(digest)'")
    }

    @Test func nothingEndsTheStyleElement() {
        #expect(!css().contains("<"))
    }
}
