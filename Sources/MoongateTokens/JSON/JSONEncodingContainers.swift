/// Fills the members of an object.
struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    func encodeNil(forKey key: Key) throws { try encoder.child(forKey: key).encodeNil() }
    func encode(_ value: Bool, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: String, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Double, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Float, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Int, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Int8, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Int16, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Int32, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: Int64, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: UInt, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: UInt8, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: UInt16, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: UInt32, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode(_ value: UInt64, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try encoder.child(forKey: key).encode(value) }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        encoder.child(forKey: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        encoder.child(forKey: key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { encoder.child(forKey: JSONKey(stringValue: "super")) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.child(forKey: key) }
}

/// Appends the elements of an array.
struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    let encoder: JSONValueEncoder
    var codingPath: [any CodingKey] { encoder.codingPath }

    var count: Int {
        if case .elements(let elements) = encoder.storage { elements.count } else { 0 }
    }

    func encodeNil() throws { try encoder.appendedChild().encodeNil() }
    func encode(_ value: Bool) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: String) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Double) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Float) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Int) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Int8) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Int16) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Int32) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: Int64) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: UInt) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: UInt8) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: UInt16) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: UInt32) throws { try encoder.appendedChild().encode(value) }
    func encode(_ value: UInt64) throws { try encoder.appendedChild().encode(value) }
    func encode<T: Encodable>(_ value: T) throws { try encoder.appendedChild().encode(value) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        encoder.appendedChild().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.appendedChild().unkeyedContainer() }

    func superEncoder() -> any Encoder { encoder.appendedChild() }
}
