import Moongate

/// What one call of `cache` or `cache.shared` asks for.
struct CacheRequest: Sendable {
    let key: CacheKey
    /// Seconds that a value is served after it was made.
    let ttl: Int64
    /// Further seconds in which it may stand in for one that could not be made.
    let staleIfError: Int64
    /// Decides what has expired.
    let clock: any AuthClock
}

/// Under which key a value is kept: the owner, that version of the owner's code, whom it is about, and the script's own
/// name for it. Bytes throughout, so that two subjects never count as one because Swift takes their texts for equal.
struct CacheKey: Sendable, Hashable {
    /// Owners share nothing, room included.
    let owner: String
    private let bytes: [UInt8]

    /// - Parameter subject: `nil` for a value that all subjects share.
    init(owner: String, code: String, subject: String?, name: String) {
        self.owner = owner
        var bytes: [UInt8] = []
        for part in [code, subject ?? "", name] {
            withUnsafeBytes(of: UInt64(part.utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part.utf8)
        }
        bytes.append(subject == nil ? 1 : 0)  // an empty subject is somebody
        self.bytes = bytes
    }

    /// Bytes of memory that the key takes.
    var size: Int { bytes.count }
}
