import Moongate
import MoongateSQL

/// The store that `database` names, opened, with what only its owner may do.
struct OpenStore: Sendable {
    /// `nil` when no database is configured.
    let store: (any AuthStore)?
    /// Whether it can answer.
    let isReady: @Sendable () async -> Bool
    /// Ends its connections.
    let close: @Sendable () -> Void

    /// Opens `sqlite:…` or `memory:`; a url of another kind was refused when the configuration was read.
    /// - Throws: `StoreError` with a sentence that says what to do.
    static func open(_ url: String?, relativeTo directory: String) throws -> OpenStore {
        guard let url else { return OpenStore(store: nil, isReady: { true }, close: {}) }
        if url == "memory:" { return OpenStore(store: InMemoryStore(), isReady: { true }, close: {}) }
        let store = try SQLiteStore(url: url, relativeTo: directory)
        return OpenStore(
            store: store, isReady: { (try? await store.checkReadiness()) != nil }, close: { try? store.close() })
    }
}
