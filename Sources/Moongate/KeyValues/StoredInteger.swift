import MoongateTokens

/// What ``KeyValueStore/incrementValue(_:by:expires:quota:now:)`` counts with, one arithmetic for every driver.
public struct StoredInteger: Sendable, Equatable {
    /// The number.
    public let value: Int64

    /// The integer that a stored document is; 0 for none.
    ///
    /// - Throws: ``StoreError`` with `type` when it is anything else.
    public init(_ document: [UInt8]?) throws {
        guard let document else {
            value = 0
            return
        }
        guard case .integer(let stored)? = try? JSONValue(parsing: document) else {
            throw StoreError(.type, "the value is not an integer")
        }
        value = stored
    }

    private init(_ value: Int64) { self.value = value }

    /// The sum.
    ///
    /// - Throws: ``StoreError`` with `type` when it is beyond 64 bits.
    public func adding(_ amount: Int64) throws -> StoredInteger {
        let (sum, overflow) = value.addingReportingOverflow(amount)
        guard !overflow else { throw StoreError(.type, "the sum is beyond 64 bits") }
        return StoredInteger(sum)
    }

    /// The document to store.
    public var json: [UInt8] { Array(String(value).utf8) }
}
