import Moongate
import Synchronization

/// Bytes that look random and are the same for the same seed, so that a test can be repeated. **Never for real keys**:
/// who has seen one answer knows all that follow.
public final class SeededRandom: RandomSource {
    private let state: Mutex<UInt64>

    /// A source that always begins with the same bytes for the same seed.
    public init(seed: UInt64 = 1) { state = Mutex(seed) }

    public func bytes(_ count: Int) throws -> [UInt8] {
        state.withLock { state in
            var out: [UInt8] = []
            out.reserveCapacity(max(0, count) + 8)
            while out.count < count {
                withUnsafeBytes(of: Self.next(&state).littleEndian) { out.append(contentsOf: $0) }
            }
            return Array(out.prefix(max(0, count)))
        }
    }

    /// SplitMix64: one addition and three mixing steps.
    private static func next(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
