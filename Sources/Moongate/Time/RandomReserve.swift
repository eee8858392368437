import Synchronization

/// Random bytes drawn in blocks, for names of tokens: asking OpenSSL for a few bytes costs as much as for hundreds. Not
/// for secrets, which should not lie in memory before they are needed.
final class RandomReserve: RandomSource {
    private static let block = 512

    private let source: any RandomSource
    private let reserve = Mutex<[UInt8]>([])

    init(_ source: any RandomSource) { self.source = source }

    func bytes(_ count: Int) throws -> [UInt8] {
        guard count <= Self.block else { return try source.bytes(count) }
        return try reserve.withLock { reserve in
            if reserve.count < count { reserve = try source.bytes(Self.block) }
            defer { reserve.removeLast(count) }
            return Array(reserve.suffix(count))
        }
    }
}
