import CJSON

extension JSONValue {
    /// Reads one document, strictly (the dialect is in `cjson.h`). The caller limits the size.
    ///
    /// Keys that differ in bytes but are canonically equivalent to Unicode, and so the same to Swift's `String`, are
    /// refused as duplicates: a dictionary could keep only one of them.
    ///
    /// - Throws: ``JSONError``.
    public init(parsing bytes: [UInt8]) throws {
        self = try bytes.withUnsafeBufferPointer { try JSONValue(parsing: $0) }
    }

    /// Reads one document from borrowed bytes.
    public init(parsing bytes: UnsafeBufferPointer<UInt8>) throws {
        self = try withUnsafeTemporaryAllocation(of: cj_scanner.self, capacity: 1) { storage in
            // One scanner was asked for, so the buffer has an address.
            let scanner = storage.baseAddress.unsafelyUnwrapped
            cj_scanner_init(scanner, bytes.baseAddress, bytes.count)
            defer { cj_scanner_free(scanner) }
            var reader = JSONTreeReader(scanner: scanner)
            let value = try reader.value(from: reader.next())
            _ = try reader.next()
            return value
        }
    }
}

/// Builds the tree from the scanner's tokens. Recursion ends at the scanner's own depth limit.
private struct JSONTreeReader {
    let scanner: UnsafeMutablePointer<cj_scanner>

    mutating func next() throws -> cj_token {
        let token = cj_next(scanner)
        if token.type == CJ_ERROR { throw JSONError(token.status, at: cj_offset(scanner)) }
        return token
    }

    mutating func value(from token: cj_token) throws -> JSONValue {
        switch token.type {
        case CJ_FALSE: .bool(false)
        case CJ_TRUE: .bool(true)
        case CJ_INT: .integer(token.integer)
        case CJ_DOUBLE: .number(token.number)
        case CJ_STRING: .string(text(of: token))
        case CJ_ARRAY_BEGIN: try array()
        case CJ_OBJECT_BEGIN: try object()
        default: .null
        }
    }

    private mutating func array() throws -> JSONValue {
        var elements: [JSONValue] = []
        while true {
            let token = try next()
            if token.type == CJ_ARRAY_END { return .array(elements) }
            elements.append(try value(from: token))
        }
    }

    private mutating func object() throws -> JSONValue {
        var token = try next()
        if token.type == CJ_OBJECT_END { return .object([:]) }
        // Most have a few members: room for six is made at once, and not three times.
        var members = [String: JSONValue](minimumCapacity: 4)
        while token.type != CJ_OBJECT_END {
            let key = text(of: token)
            let offset = cj_offset(scanner)
            let member = try value(from: next())
            if members.updateValue(member, forKey: key) != nil { throw JSONError(.duplicateKey, at: offset) }
            token = try next()
        }
        return .object(members)
    }

    /// The scanner has checked that these bytes are UTF-8.
    private func text(of token: cj_token) -> String {
        guard let start = token.text else { return "" }
        return start.withMemoryRebound(to: UInt8.self, capacity: token.length) {
            String(decoding: UnsafeBufferPointer(start: $0, count: token.length), as: UTF8.self)
        }
    }
}
