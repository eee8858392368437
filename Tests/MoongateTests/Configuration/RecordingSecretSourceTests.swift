import MoongateTokens
import Synchronization
import Testing

@testable import Moongate

@Suite struct RecordingSecretSourceTests {
    /// Another value at each reading, as of a file that is replaced.
    private final class Changing: SecretSource {
        private let count = Mutex(0)

        func variable(_ name: String) -> String? { nil }

        func secret(_ name: String) -> Secret? {
            count.withLock { count in
                count += 1
                return Secret("\(name)-\(count)")
            }
        }
    }

    @Test func aNameHasOneValueForAsLongAsAConfigurationIsRead() throws {
        let source = RecordingSecretSource(Changing())
        #expect(try source.secret("A") == Secret("A-1"))
        #expect(try source.secret("A") == Secret("A-1"))
        #expect(source.secrets == ["A": Secret("A-1")] && source.names == ["A"])
    }
}
