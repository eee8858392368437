import Logging
import MoongateTokens
import Synchronization

/// Issuers' metadata and keys, fetched and cached for all sign-ins of an engine.
///
/// A document is fetched by one request at a time, whoever else needs it waits for that one. It serves for an hour;
/// while the issuer cannot be reached, or sends something that cannot be used, the old one serves on for up to 24
/// hours. A failure is remembered for 5 seconds. A key that is not in the set is looked up again at most once a
/// minute.
public final class IssuerDirectory: Sendable {
    /// Private addresses are part of the key: what one configuration may reach, another may not.
    private struct Key: Hashable {
        let issuer: [UInt8]
        let reachesPrivateAddresses: Bool

        init(_ configuration: OIDCConfiguration) {
            issuer = Array(configuration.issuer.utf8)
            reachesPrivateAddresses = configuration.reachesPrivateAddresses
        }
    }

    /// Which of the tables below.
    private typealias Table<Value: Sendable> = any WritableKeyPath<State, [Key: CachedDocument<Value>]> & Sendable

    private struct State: Sendable {
        var metadata: [Key: CachedDocument<IssuerMetadata>] = [:]
        var keys: [Key: CachedDocument<JSONWebKeySet>] = [:]
    }

    private let http: any HTTPFetcher
    private let clock: any AuthClock
    private let state = Mutex(State())
    private let logger = Logger(label: "moongate.oidc")

    /// An empty directory. Issuers come from the configuration, so their number is bounded.
    public init(http: any HTTPFetcher, clock: any AuthClock) {
        self.http = http
        self.clock = clock
    }

    /// The issuer's metadata.
    /// - Throws: ``Denial`` with `provider`.
    public func metadata(of configuration: OIDCConfiguration) async throws(Denial) -> IssuerMetadata {
        guard configuration.hasUsableIssuer else {
            throw Denial(.provider, "the issuer must be an https URL without query")
        }
        return try await document(\.metadata, Key(configuration), forced: false) { [self] () async throws(Denial) in
            let url = IssuerMetadata.url(issuer: configuration.issuer)
            let body = try await body(of: url, "the metadata", configuration)
            return try IssuerMetadata(json: body, configuration: configuration)
        }
    }

    /// The issuer's keys; at least one.
    ///
    /// - Parameter afterUnknownKey: A token named a key that is not in the set. The set is fetched again, at most once
    ///   a minute; in between the same set comes back.
    /// - Throws: ``Denial`` with `provider`.
    public func keys(
        of configuration: OIDCConfiguration, afterUnknownKey: Bool = false
    ) async throws(Denial) -> JSONWebKeySet {
        let endpoint = try await metadata(of: configuration).keysEndpoint
        let key = Key(configuration)
        return try await document(\.keys, key, forced: afterUnknownKey) { [self] () async throws(Denial) in
            let body = try await body(of: endpoint, "the key set", configuration)
            guard let set = try? JSONWebKeySet(json: body), !set.keys.isEmpty else {
                throw Denial(.provider, "the key set has no key that can be used")
            }
            return set
        }
    }

    private func body(
        of url: String, _ place: String, _ configuration: OIDCConfiguration
    ) async throws(Denial) -> [UInt8] {
        let request = FetchRequest(
            url: url, headers: [.accept: "application/json"],
            allowsPrivateAddresses: configuration.reachesPrivateAddresses)
        let answer = try await http.answer(to: request, from: place)
        guard answer.status == 200 else { throw Denial(.provider, "\(place) came with status \(answer.status)") }
        return answer.body
    }

    private func document<Value: Sendable>(
        _ table: Table<Value>, _ key: Key, forced: Bool,
        fetch: @escaping @Sendable () async throws(Denial) -> Value
    ) async throws(Denial) -> Value {
        let now = clock.now()
        let action = state.withLock { state -> CachedDocument<Value>.Action in
            let action = state[keyPath: table][key, default: CachedDocument()].decide(now: now, forced: forced)
            guard case .fetch = action else { return action }
            // A task of its own: whoever asked first may be cancelled, and others wait for the same answer.
            let flight = CachedDocument<Value>.Flight { [self] in
                let result: Result<Value, Denial>
                do throws(Denial) { result = .success(try await fetch()) } catch { result = .failure(error) }
                return end(result, table, key)
            }
            state[keyPath: table][key]?.begin(flight)
            return .join(flight)
        }
        switch action {
        case .use(let value): return value
        case .refuse(let denial): throw denial
        case .join(let flight): return try await flight.value.get()
        case .fetch: throw Denial(.provider, "the document is not being fetched")
        }
    }

    private func end<Value: Sendable>(
        _ result: Result<Value, Denial>, _ table: Table<Value>,
        _ key: Key
    ) -> Result<Value, Denial> {
        if case .failure(let denial) = result {
            logger.warning(
                "an issuer's document cannot be used",
                metadata: ["issuer": "\(String(decoding: key.issuer, as: UTF8.self))", "reason": "\(denial)"])
        }
        let now = clock.now()
        return state.withLock { state in
            state[keyPath: table][key, default: CachedDocument()].end(result, now: now)
        }
    }
}
