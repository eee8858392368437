/// The session cookie and its chunks (contract 2.5, without its defects): a value over ``chunkSize`` is spread over
/// `name.0`, `name.1`, …, and only exactly those names are read.
struct SessionCookie: Sendable {
    /// 4,096 less 160 for the name and the attributes.
    static let chunkSize = 3936
    /// A reassembled value beyond this many characters is not read.
    static let maximumLength = 16_384

    /// What a request's cookies hold.
    enum Reading: Sendable {
        case absent
        case value([UInt8])
        /// Chunks are missing, or it is too long.
        case unreadable
    }

    let reading: Reading
    /// The cookies of this request that belong to the session: to be deleted or overwritten.
    let names: [String]

    init(_ cookies: RequestCookies, name: String) {
        let chunks = cookies.chunks(of: name).filter { !$0.value.isEmpty }
        names = chunks.map { String($0.name) }
        reading = Self.assemble(chunks)
    }

    private static func assemble(_ chunks: [(index: Int?, name: Substring, value: Substring)]) -> Reading {
        guard !chunks.isEmpty else { return .absent }
        if let bare = chunks.first(where: { $0.index == nil }) {
            return bare.value.utf8.count > maximumLength ? .unreadable : .value(bare.value.bytes)
        }
        let ordered = chunks.sorted { ($0.index ?? 0) < ($1.index ?? 0) }
        var value: [UInt8] = []
        for (expected, chunk) in ordered.enumerated() {
            guard chunk.index == expected, value.count + chunk.value.utf8.count <= maximumLength else {
                return .unreadable
            }
            value += chunk.value.bytes
        }
        return .value(value)
    }

    /// Cookies that store `value` and delete every chunk of this request that is no longer needed.
    /// - Parameter isSealed: It is a token of our making, which needs no escapes.
    func writing(
        _ value: [UInt8], name: String, expires: Timestamp, secure: Bool, isSealed: Bool = true
    ) -> [SetCookie] {
        var cookies: [SetCookie] = []
        func cookie(_ name: String, _ bytes: ArraySlice<UInt8>) -> SetCookie {
            SetCookie(
                name: name, value: String(decoding: bytes, as: UTF8.self), expires: expires, secure: secure,
                isPlain: isSealed)
        }
        if value.count <= Self.chunkSize {
            cookies.append(cookie(name, value[...]))
        } else {
            var start = 0
            while start < value.count {
                let end = min(start + Self.chunkSize, value.count)
                cookies.append(cookie("\(name).\(cookies.count)", value[start..<end]))
                start = end
            }
        }
        // The usual read: the cookie that came is the one that goes.
        if cookies.count == 1, names.count == 1, names[0] == cookies[0].name { return cookies }
        return names.filter { name in !cookies.contains { $0.name == name } }.map { .deletion(of: $0, secure: secure) }
            + cookies
    }

    /// Cookies that delete the session.
    func clearing(secure: Bool) -> [SetCookie] { names.map { .deletion(of: $0, secure: secure) } }
}

extension Substring {
    /// The UTF-8 without escapes, copied as one block: byte by byte costs ten times as much.
    fileprivate var bytes: [UInt8] {
        if let decoded = RequestCookies.decoded(self) { return decoded }
        var text = self
        return text.withUTF8 { Array($0) }
    }
}
