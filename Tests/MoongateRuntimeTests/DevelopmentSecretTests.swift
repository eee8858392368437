import Foundation
import Moongate
import Testing

@testable import MoongateRuntime

@Suite struct DevelopmentSecretTests {
    private let folder = NSTemporaryDirectory() + "moongate-secret-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test func everyoneWhoBeginsAtOnceGetsOneSecretAndNothingElseIsLeft() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let folder = folder
        let texts = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<64 {
                group.addTask { try DevelopmentSecret.obtain(in: folder).bytes }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts.count == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [DevelopmentSecret.fileName])
    }

    @Test func linkWithNothingBehindItIsNotFollowed() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = "\(folder)/\(DevelopmentSecret.fileName)"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(folder)/elsewhere")
        #expect(throws: SiteError.self) { try DevelopmentSecret.obtain(in: folder) }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/elsewhere"))
    }
}
