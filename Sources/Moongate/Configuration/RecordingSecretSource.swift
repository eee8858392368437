import MoongateTokens
import Synchronization

/// Remembers which names were asked for: what a configuration consumes itself, scripts are never given.
package final class RecordingSecretSource: SecretSource {
    private let source: any SecretSource
    private let asked = Mutex<Set<String>>([])

    package init(_ source: any SecretSource) { self.source = source }

    package var names: Set<String> { asked.withLock { $0 } }

    package func variable(_ name: String) -> String? {
        _ = asked.withLock { $0.insert(name) }
        return source.variable(name)
    }

    package func secret(_ name: String) throws -> Secret? {
        _ = asked.withLock { $0.insert(name) }
        return try source.secret(name)
    }
}
