import Moongate
import MoongateSQL

/// The store that `database` names, opened, with what only its owner may do.
struct OpenStore: Sendable {
    /// `nil` when no database is configured.
    let store: (any AuthStore)?
    /// Where scripts keep values: in the database where there is one on disk, else in memory.
    let keyValues: any KeyValueStore
    /// Whether it can answer.
    let isReady: @Sendable () async -> Bool
    /// Ends its connections.
    let close: @Sendable () -> Void

    /// Opens `sqlite:…` or `memory:`; a url of another kind was refused when the configuration was read.
    /// - Throws: `StoreError` with a sentence that says what to do.
    static func open(_ url: String?, relativeTo directory: String) throws -> OpenStore {
        guard let url, url != "memory:" else { return inMemory(url == nil ? nil : InMemoryStore()) }
        let store = try SQLiteStore(url: url, relativeTo: directory)
        return OpenStore(
            store: store, keyValues: store.keyValues,
            isReady: { (try? await store.checkReadiness()) != nil }, close: { try? store.close() })
    }

    private static func inMemory(_ store: (any AuthStore)?) -> OpenStore {
        OpenStore(store: store, keyValues: InMemoryKeyValueStore(), isReady: { true }, close: {})
    }
}
