import Foundation
import Testing

/// `docs/errors.md` lists exactly the codes that the sources have.
@Suite struct ErrorsDocumentTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

    private static func sources() throws -> String {
        let files = FileManager.default.enumerator(at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
        var text = ""
        for case let file as URL in try #require(files) where ["swift", "c", "h"].contains(file.pathExtension) {
            text += try String(contentsOf: file, encoding: .utf8)
        }
        return text
    }

    private static func documented() throws -> Set<String> {
        let document = try String(contentsOf: root.appending(path: "docs/errors.md"), encoding: .utf8)
        return Set(document.matches(of: /(?m)^\| `([A-Za-z.]+)` \|/).map { String($0.1) })
    }

    @Test func everyCodeOfTheSourcesIsDocumented() throws {
        let pattern = /(?:Code\(|[cC]ode: |code = )"([a-z][A-Za-z]*\.[a-z][A-Za-z]+)"/
        let codes = Set(try Self.sources().matches(of: pattern).map { String($0.1) })
        #expect(codes.count > 50)
        #expect(try codes.subtracting(Self.documented()).sorted() == [])
    }

    @Test func everyDocumentedCodeStandsInTheSources() throws {
        let sources = try Self.sources()
        let literals = Set(sources.matches(of: /"([A-Za-z]+(?:\.[A-Za-z]+)?)"/).map { String($0.1) })
        let documented = try Self.documented()
        #expect(documented.count > 100)
        #expect(documented.subtracting(literals).sorted() == [])
    }
}
