import Moongate
import MoongateTokens
import Synchronization

/// The values of the secrets that scripts have used, for as long as the program runs: each is looked up at its use, and
/// every text on its way into a log or to a client has them taken out.
///
/// A script never holds a value, only a handle. But what it sends may come back: from a server that echoes its
/// headers, in an error that quotes them.
public final class KnownSecrets: Sendable {
    private struct Entry {
        let name: String
        let value: Secret
        let until: ContinuousClock.Instant
    }
    private struct State {
        var current: [String: Entry] = [:]
        var seen: [(name: String, value: Secret)] = []
    }

    /// Shorter values stand in ordinary text by chance.
    static let shortestReplaced = 8
    private static let mostSeen = 256
    /// A file may be behind a name; it is read again after this time, so a rotated secret needs no reload.
    private static let lifetime = Duration.seconds(5)

    private let state = Mutex(State())
    private let isEmpty = Atomic<Bool>(true)

    /// Nothing known.
    public init() {}

    /// The value of a name, at most five seconds old.
    /// - Throws: ``SecretSourceError`` when a file is named and cannot be read.
    func value(of name: String, from source: any SecretSource) throws -> Secret? {
        let now = ContinuousClock.now
        if let entry = state.withLock({ $0.current[name] }), entry.until > now { return entry.value }
        guard let value = try source.secret(name) else { return nil }
        state.withLock { state in
            state.current[name] = Entry(name: name, value: value, until: now + Self.lifetime)
            remember(name, value, &state)
        }
        return value
    }

    /// A text that was made of a secret and goes out in its place (RFC 7617's base64): it is taken out, too.
    func learn(_ derived: String, madeOf name: String) {
        state.withLock { remember(name, Secret(derived), &$0) }
    }

    private func remember(_ name: String, _ value: Secret, _ state: inout State) {
        guard value.count >= Self.shortestReplaced, !state.seen.contains(where: { $0.value == value }) else { return }
        if state.seen.count == Self.mostSeen { state.seen.removeFirst() }
        state.seen.append((name, value))
        state.seen.sort { $0.value.count > $1.value.count }  // one may contain another
        isEmpty.store(false, ordering: .releasing)
    }

    /// The text with every known value replaced by `[secret NAME]`.
    public func redacted(_ text: String) -> String {
        guard !isEmpty.load(ordering: .acquiring) else { return text }
        let bytes = Array(text.utf8)
        let clean = replaced(bytes, escaped: false)
        return clean == bytes ? text : String(decoding: clean, as: UTF8.self)
    }

    /// The same for every text inside a value, keys too.
    public func redacted(_ value: JSONValue) -> JSONValue {
        guard !isEmpty.load(ordering: .acquiring) else { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .array(let items): return .array(items.map { redacted($0) })
        case .object(let members):
            return .object(
                Dictionary(members.map { (redacted($0.key), redacted($0.value)) }, uniquingKeysWith: { $1 }))
        default: return value
        }
    }

    /// The same for a JSON document that is not read as a tree.
    public func redacted(json bytes: [UInt8]) -> [UInt8] {
        isEmpty.load(ordering: .acquiring) ? bytes : replaced(bytes, escaped: true)
    }

    private func replaced(_ bytes: [UInt8], escaped: Bool) -> [UInt8] {
        let seen = state.withLock { $0.seen }
        return seen.reduce(bytes) { bytes, entry in
            let wanted = escaped ? Self.escaped(entry.value.bytes) : entry.value.bytes
            return bytes.replacing(wanted, with: Array("[secret \(entry.name)]".utf8))
        }
    }

    /// As it stands between the quotes of a JSON string.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        Array(JSONValue.string(String(decoding: bytes, as: UTF8.self)).canonicalBytes().dropFirst().dropLast())
    }
}

extension [UInt8] {
    fileprivate func replacing(_ wanted: [UInt8], with other: [UInt8]) -> [UInt8] {
        guard let first = wanted.first, count >= wanted.count else { return self }
        var out: [UInt8] = []
        var at = 0, copied = 0
        while at <= count - wanted.count {
            guard self[at] == first, self[at..<(at + wanted.count)].elementsEqual(wanted) else {
                at += 1
                continue
            }
            out += self[copied..<at]
            out += other
            at += wanted.count
            copied = at
        }
        return copied == 0 ? self : out + self[copied...]
    }
}
