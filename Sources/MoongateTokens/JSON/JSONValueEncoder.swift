/// Encodes into a value. Containers share this object and fill its storage.
final class JSONValueEncoder: Encoder {
    /// What has been written so far. Children are encoders of their own, read when the parent is finished.
    enum Storage {
        case nothing
        case value(JSONValue)
        case members([String: JSONValueEncoder])
        case elements([JSONValueEncoder])
    }

    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }
    var storage = Storage.nothing

    init(codingPath: [any CodingKey]) { self.codingPath = codingPath }

    static func box<T: Encodable>(_ value: T, at path: [any CodingKey]) throws -> JSONValue {
        if let same = value as? JSONValue { return same }
        let encoder = JSONValueEncoder(codingPath: path)
        try value.encode(to: encoder)
        return encoder.finished()
    }

    /// The value; a type that wrote nothing is an empty object, as with other encoders.
    func finished() -> JSONValue {
        switch storage {
        case .nothing: .object([:])
        case .value(let value): value
        case .members(let members): .object(members.mapValues { $0.finished() })
        case .elements(let elements): .array(elements.map { $0.finished() })
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .members = storage {} else { storage = .members([:]) }
        return KeyedEncodingContainer(JSONKeyedEncoding(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .elements = storage {} else { storage = .elements([]) }
        return JSONUnkeyedEncoding(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    func child(forKey key: some CodingKey) -> JSONValueEncoder {
        let child = JSONValueEncoder(codingPath: codingPath + [key])
        if case .members(var members) = storage {
            storage = .nothing  // so that the dictionary is not copied
            members[key.stringValue] = child
            storage = .members(members)
        }
        return child
    }

    func appendedChild() -> JSONValueEncoder {
        guard case .elements(var elements) = storage else { return JSONValueEncoder(codingPath: codingPath) }
        let child = JSONValueEncoder(codingPath: codingPath + [JSONKey(intValue: elements.count)])
        storage = .nothing
        elements.append(child)
        storage = .elements(elements)
        return child
    }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { storage = .value(.null) }
    func encode(_ value: Bool) throws { storage = .value(.bool(value)) }
    func encode(_ value: String) throws { storage = .value(.string(value)) }
    func encode(_ value: Double) throws { try number(value) }
    func encode(_ value: Float) throws { try number(Double(value)) }
    func encode(_ value: Int) throws { try integer(value) }
    func encode(_ value: Int8) throws { try integer(value) }
    func encode(_ value: Int16) throws { try integer(value) }
    func encode(_ value: Int32) throws { try integer(value) }
    func encode(_ value: Int64) throws { try integer(value) }
    func encode(_ value: UInt) throws { try integer(value) }
    func encode(_ value: UInt8) throws { try integer(value) }
    func encode(_ value: UInt16) throws { try integer(value) }
    func encode(_ value: UInt32) throws { try integer(value) }
    func encode(_ value: UInt64) throws { try integer(value) }
    func encode<T: Encodable>(_ value: T) throws {
        storage = .value(try JSONValueEncoder.box(value, at: codingPath))
    }

    private func integer(_ value: some FixedWidthInteger) throws {
        guard let whole = Int64(exactly: value) else { throw unfit(value) }
        storage = .value(.integer(whole))
    }

    private func number(_ value: Double) throws {
        guard value.isFinite else { throw unfit(value) }
        storage = .value(.number(value))
    }

    private func unfit(_ value: Any) -> EncodingError {
        .invalidValue(value, .init(codingPath: codingPath, debugDescription: "JSON has no such number"))
    }
}
