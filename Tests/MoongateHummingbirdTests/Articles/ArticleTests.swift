import Foundation
import Testing

/// Every Swift block of the articles, the README and the documentation of this target stands, line for line, in a source
/// that is compiled. Layout and access levels do not count.
@Suite struct ArticleTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    private static let articles = [
        "README.md", "Sources/MoongateHummingbird/MoongateHummingbird.docc/MoongateHummingbird.md",
        "Sources/MoongateHummingbird/MoongateHummingbird.docc/AddSignIn.md",
        "Sources/MoongateHummingbird/MoongateHummingbird.docc/WriteAHookInSwift.md",
        "Sources/MoongateHummingbird/MoongateHummingbird.docc/WriteARule.md",
    ]

    private static let compiled = [
        "Tests/MoongateHummingbirdTests/Articles/ArticleCode.swift", "examples/hummingbird-app/Sources/App/App.swift",
        "examples/hummingbird-app/Package.swift",
    ]

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Lines without indentation, access levels and blank lines, each with a line end before and after.
    private static func plain(_ code: some StringProtocol) -> String {
        let lines = code.split(separator: "\n").map { line in
            line.trimmingCharacters(in: .whitespaces).replacing(#/^(private|public) /#, with: "")
        }
        return "\n" + lines.filter { !$0.isEmpty }.joined(separator: "\n") + "\n"
    }

    private static func blocks(_ article: String) throws -> [String] {
        try text(article).matches(of: /(?ms)^```swift\n(.*?)^```/).map { String($0.1) }
    }

    @Test(arguments: articles) func swiftBlocksAreCompiled(_ article: String) throws {
        let sources = try Self.compiled.map { Self.plain(try Self.text($0)) }
        let blocks = try Self.blocks(article)
        #expect(!blocks.isEmpty)
        for block in blocks {
            let code = Self.plain(block)
            #expect(sources.contains { $0.contains(code) }, "\(article) has code that nothing compiles:\n\(block)")
        }
    }

    @Test func everyArticleIsLookedAt() throws {
        let folder = Self.root.appending(path: "Sources/MoongateHummingbird/MoongateHummingbird.docc")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".md") }
        #expect(files.count == 4)
        #expect(files.allSatisfy { file in Self.articles.contains { $0.hasSuffix("/\(file)") } })
    }
}
