// What claims are made of, and bytes that must not be printed: part of this target's face, so whoever imports Moongate has
// them without knowing where they live. (A typealias would be ambiguous beside an import of MoongateTokens.)
@_exported import enum MoongateTokens.JSONValue
@_exported import struct MoongateTokens.Secret

/// The members of a token or a session: a JSON object. Read and written by name; decoded into your own type with
/// ``decode(_:)``.
public struct Claims: Sendable, Hashable {
    /// All members.
    public var members: [String: JSONValue]

    /// Claims from members.
    public init(_ members: [String: JSONValue] = [:]) { self.members = members }

    /// Claims from a JSON object's bytes.
    /// - Throws: `JSONError` when the bytes are not one strict JSON object.
    public init(parsing bytes: [UInt8]) throws {
        members = try JSONValue(parsing: bytes).objectValue ?? [:]
    }

    /// One member; setting `nil` removes it.
    public subscript(_ name: String) -> JSONValue? {
        get { members[name] }
        set { members[name] = newValue }
    }

    /// These claims as a value of your own type.
    /// - Throws: `DecodingError` naming the member that does not fit.
    public func decode<T: Decodable>(_ type: T.Type) throws -> T { try JSONValue.object(members).decode(type) }

    /// Canonical JSON: keys in byte order, no white space.
    public var canonicalBytes: [UInt8] { JSONValue.object(members).canonicalBytes() }
}
