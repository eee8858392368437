import CTokens
import Synchronization

/// Cipher contexts waiting for their next use. A context serves one caller at a time; keying one costs more than using
/// it.
final class SealerStock: Sendable {
    /// Contexts above this number are freed when they come back: more callers than this at once are rare.
    private static let kept = 16

    private let keys: [SealingKey]
    private let idle = Mutex<[Sealer]>([])

    init(keys: [SealingKey]) { self.keys = keys }

    deinit {
        idle.withLock { sealers in
            for sealer in sealers { ct_sealer_free(sealer.context) }
            sealers = []
        }
    }

    /// Lends a context for the length of the closure, which must not keep it.
    func lend<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        let sealer = try idle.withLock { $0.popLast() } ?? make()
        defer { takeBack(sealer) }
        return try body(sealer.context)
    }

    private func takeBack(_ sealer: Sealer) {
        let keep = idle.withLock { sealers in
            guard sealers.count < Self.kept else { return false }
            sealers.append(sealer)
            return true
        }
        if !keep { ct_sealer_free(sealer.context) }
    }

    private func make() throws -> Sealer {
        var all = keys.flatMap(\.bytes.bytes)
        defer { all.withUnsafeMutableBytes { ct_wipe($0.baseAddress, $0.count) } }
        guard let context = ct_sealer_new(all, keys.count) else {
            throw TokenError(.cryptoUnavailable, "out of memory")
        }
        return Sealer(context: context)
    }
}

/// Unchecked: whoever holds one has taken it out of the stock, under its lock, and is the only one to use it.
private struct Sealer: @unchecked Sendable {
    let context: OpaquePointer
}
