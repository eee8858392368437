/// Small values that scripts keep beyond one call, each under an owner: the site's scripts or one plugin. An owner
/// never sees another's keys.
///
/// To implement: keys are compared by their bytes; an entry whose `expires` has come is as good as deleted; writes
/// are atomic, quota included, also between processes that share the store; a store that cannot answer throws
/// ``StoreError`` with `unavailable`. ``StoredInteger`` does the arithmetic.
public protocol KeyValueStore: Sendable {
    /// The value, a JSON document.
    func findValue(_ key: KeyValueKey, now: Timestamp) async throws -> [UInt8]?
    /// Writes a value over whatever was there.
    ///
    /// - Parameter quota: The most that the owner may hold after the write.
    /// - Throws: ``StoreError`` with `quota` when it would hold more; nothing is changed then.
    func setValue(
        _ key: KeyValueKey, _ value: [UInt8], expires: Timestamp?, quota: KeyValueQuota, now: Timestamp) async throws
    /// Adds to an integer and returns the sum; an absent value counts as 0 and gets `expires`, a present one keeps its
    /// own.
    ///
    /// - Throws: ``StoreError`` with `type` when the value is no integer or the sum is beyond 64 bits, `quota` as
    ///   ``setValue(_:_:expires:quota:now:)``.
    func incrementValue(
        _ key: KeyValueKey, by amount: Int64, expires: Timestamp?, quota: KeyValueQuota, now: Timestamp
    ) async throws -> Int64
    /// Deletes a value; `false` when there was none.
    @discardableResult
    func deleteValue(_ key: KeyValueKey, now: Timestamp) async throws -> Bool
    /// Deletes entries that have expired, at most `limit`; how many.
    func deleteExpiredValues(now: Timestamp, limit: Int) async throws -> Int
}

/// Whose value, under which name.
public struct KeyValueKey: Sendable, Hashable {
    /// `scripts`, or a plugin's id.
    public let owner: String
    /// 1 to 256 bytes.
    public let name: String

    /// A key from its parts.
    public init(owner: String, name: String) {
        self.owner = owner
        self.name = name
    }
}

/// The most that one owner may hold.
public struct KeyValueQuota: Sendable, Equatable {
    /// Entries that have not expired.
    public var entries: Int
    /// Bytes of all names and values together.
    public var bytes: Int

    /// 10,000 entries, 10 MiB.
    public init(entries: Int = 10_000, bytes: Int = 10 << 20) {
        self.entries = entries
        self.bytes = bytes
    }
}

extension StoreError {
    /// The refusal of a write that would bring an owner over its quota.
    public static func overQuota(_ quota: KeyValueQuota) -> StoreError {
        StoreError(.quota, "more than \(quota.entries) values, or \(quota.bytes) bytes, of one owner")
    }
}

extension StoreError.Code {
    /// An owner's values would be more, or larger, than its quota allows.
    public static let quota = StoreError.Code("store.quota")
    /// A stored value is not of the type that was asked for.
    public static let type = StoreError.Code("store.type")
}
