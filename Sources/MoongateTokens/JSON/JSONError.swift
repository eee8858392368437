import CJSON

/// Why bytes are not a JSON document in the one dialect this program reads (see `cjson.h`).
public struct JSONError: Error, Sendable, Hashable {
    /// What is wrong.
    public struct Status: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// A stable name, such as `json.duplicateKey`.
        public let rawValue: String

        /// A status by its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The name.
        public var description: String { rawValue }

        /// Not JSON.
        public static let syntax = Status(rawValue: "json.syntax")
        /// Malformed UTF-8, half of a surrogate pair, or NUL.
        public static let encoding = Status(rawValue: "json.encoding")
        /// An integer beyond 64 bits, or a number that is not finite.
        public static let number = Status(rawValue: "json.number")
        /// More than 32 levels.
        public static let depth = Status(rawValue: "json.depth")
        /// An empty key, one over 256 bytes, or one with a control character.
        public static let key = Status(rawValue: "json.key")
        /// Two keys of one object are the same, or are to Swift's `String`.
        public static let duplicateKey = Status(rawValue: "json.duplicateKey")
        /// More than 1,024 keys in one object.
        public static let tooManyKeys = Status(rawValue: "json.tooManyKeys")
        /// Something after the value.
        public static let trailing = Status(rawValue: "json.trailing")
        /// Out of memory.
        public static let memory = Status(rawValue: "json.memory")
    }

    /// What is wrong.
    public let status: Status
    /// Where, in bytes from the start.
    public let offset: Int

    init(_ status: Status, at offset: Int) {
        self.status = status
        self.offset = offset
    }

    init(_ status: cj_status, at offset: Int) {
        self.init(Status(status), at: offset)
    }
}

extension JSONError.Status {
    init(_ status: cj_status) {
        switch status {
        case CJ_UTF8: self = .encoding
        case CJ_NUMBER: self = .number
        case CJ_DEPTH: self = .depth
        case CJ_KEY: self = .key
        case CJ_DUPLICATE: self = .duplicateKey
        case CJ_TOO_MANY: self = .tooManyKeys
        case CJ_TRAILING: self = .trailing
        case CJ_MEMORY: self = .memory
        default: self = .syntax
        }
    }
}

extension JSONError: CustomStringConvertible {
    /// The status and the place, nothing of the document.
    public var description: String { "\(status) at byte \(offset)" }
}
