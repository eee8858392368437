import MoongateTokens

/// The one style sheet: the theme's colours, then the rules. Inline, so a page is one request.
struct PageStyle: Sendable {
    /// What stands between `<style>` and `</style>`.
    let css: HTMLText
    /// The same bytes' digest, as a `Content-Security-Policy` source: `'sha256-…'`.
    let source: String

    init(theme: ThemeConfiguration) {
        let text = PageStyle.colours(theme) + PageStyle.brand(theme) + PageStyle.text(PackageResources.style_css)
        css = HTMLText(trustedMarkup: text)
        source = "'sha256-\(Base64.encode(SHA256.hash(Array(text.utf8))))'"
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func colours(_ theme: ThemeConfiguration) -> String {
        let light = text(PackageResources.light_css)
        let dark = text(PackageResources.dark_css)
        switch theme.colorScheme {
        case .light: return light
        case .dark: return dark
        case .auto: return "\(light)@media (prefers-color-scheme: dark) {\n\(dark)}\n"
        }
    }

    /// The operator's colours, in light and dark alike. What is not `#rgb` or `#rrggbb` is left out: it would be CSS.
    private static func brand(_ theme: ThemeConfiguration) -> String {
        let brand = theme.brandColor.flatMap(HexColour.init)
        let buttonText = theme.buttonText.flatMap(HexColour.init) ?? brand?.readableText
        var rules = ""
        if let brand { rules += " --brand-color: \(brand);" }
        if let buttonText { rules += " --button-text-color: \(buttonText);" }
        return rules.isEmpty ? "" : ":root {\(rules) }\n"
    }
}

/// A colour written `#rgb` or `#rrggbb`.
struct HexColour: Sendable, CustomStringConvertible {
    /// As written.
    let description: String
    private let channels: [Double]

    /// `nil` for anything else, names and functions of CSS included.
    init?(_ text: String) {
        let digits = Array(text.utf8.dropFirst())
        guard text.utf8.first == UInt8(ascii: "#"), digits.count == 3 || digits.count == 6 else { return nil }
        let values = digits.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard values.count == digits.count, digits.allSatisfy({ $0 < 0x80 }) else { return nil }
        description = text
        channels =
            values.count == 3
            ? values.map { Double($0 * 17) / 255 }
            : stride(from: 0, to: 6, by: 2).map { Double(values[$0] * 16 + values[$0 + 1]) / 255 }
    }

    private init(black: Bool) {
        description = black ? "#000" : "#fff"
        channels = []
    }

    /// Black or white, whichever is easier to read on this colour. By perceived brightness, not WCAG's luminance: it
    /// needs no power function and differs only where both are readable.
    var readableText: HexColour {
        let brightness = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2]
        return HexColour(black: brightness > 0.6)
    }
}
