import MoongateTokens
import Synchronization

/// Remembers which names were asked for: what a configuration consumes itself, scripts are never given. And which
/// secrets it was given, so that a reload can tell whether they are others now.
package final class RecordingSecretSource: SecretSource {
    private let source: any SecretSource
    private let asked = Mutex<Set<String>>([])
    private let given = Mutex<[String: Secret]>([:])

    package init(_ source: any SecretSource) { self.source = source }

    package var names: Set<String> { asked.withLock { $0 } }
    package var secrets: [String: Secret] { given.withLock { $0 } }

    package func variable(_ name: String) -> String? {
        _ = asked.withLock { $0.insert(name) }
        return source.variable(name)
    }

    package func secret(_ name: String) throws -> Secret? {
        _ = asked.withLock { $0.insert(name) }
        // A file that is replaced meanwhile must not be half in one setting and half in the next.
        if let known = given.withLock({ $0[name] }) { return known }
        let secret = try source.secret(name)
        given.withLock { $0[name] = secret }
        return secret
    }
}
