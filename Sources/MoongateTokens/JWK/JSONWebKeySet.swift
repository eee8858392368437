/// An issuer's public keys (RFC 7517, section 5).
public struct JSONWebKeySet: Sendable {
    /// The keys that can be used, in the set's order.
    public let keys: [VerificationKey]

    /// Bytes and keys beyond which a set is not read.
    private static let maximumLength = 1 << 20
    private static let maximumKeys = 256

    /// A set of given keys.
    public init(keys: [VerificationKey]) { self.keys = keys }

    /// Reads a set and keeps the keys that can check signatures.
    ///
    /// The others are passed over and do not spoil the set: of an unknown type, curve or algorithm, for encryption,
    /// without `verify` among their operations, too weak, with private members; and all keys whose `kid` is there twice.
    ///
    /// - Throws: ``TokenError`` with code ``TokenError/Code/badKeySet`` when it is no key set, is over 1 MiB or has over
    ///   256 keys.
    public init(json: [UInt8]) throws {
        guard json.count <= Self.maximumLength, let document = try? JSONValue(parsing: json),
            let entries = document["keys"]?.arrayValue, entries.count <= Self.maximumKeys
        else { throw TokenError(.badKeySet, "not a key set") }
        let names = entries.compactMap { $0["kid"]?.stringValue.map { Array($0.utf8) } }
        let counts = Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
        keys = entries.compactMap { entry in
            if let name = entry["kid"]?.stringValue, counts[Array(name.utf8)] != 1 { return nil }
            return VerificationKey.from(jwk: entry)
        }
    }
}

extension VerificationKey {
    /// Members that only a private or a shared key has.
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]

    /// The key that a JWK describes, if it is one for checking signatures by one of the three algorithms.
    static func from(jwk: JSONValue) -> VerificationKey? {
        guard privateMembers.allSatisfy({ jwk[$0] == nil }), isForSignatures(jwk) else { return nil }
        let keyID: String?
        switch jwk["kid"] {
        case nil: keyID = nil
        case .string(let name): keyID = name
        default: return nil
        }
        guard let key = material(of: jwk, keyID: keyID) else { return nil }
        guard let named = jwk["alg"] else { return key }
        return named.stringValue.flatMap(JWSAlgorithm.init(name:)) == key.algorithm ? key : nil
    }

    private static func isForSignatures(_ jwk: JSONValue) -> Bool {
        if let use = jwk["use"], use != "sig" { return false }
        guard let operations = jwk["key_ops"] else { return true }
        return operations.arrayValue?.contains("verify") ?? false
    }

    private static func material(of jwk: JSONValue, keyID: String?) -> VerificationKey? {
        func bytes(_ member: String) -> [UInt8]? { jwk[member]?.stringValue.flatMap { Base64URL.decode($0) } }
        switch (jwk["kty"], jwk["crv"]) {
        case ("RSA", _):
            guard let modulus = bytes("n"), let exponent = bytes("e") else { return nil }
            return rsa(keyID: keyID, modulus: modulus, exponent: exponent)
        case ("EC", "P-256"):
            guard let x = bytes("x"), let y = bytes("y") else { return nil }
            return p256(keyID: keyID, x: x, y: y)
        case ("OKP", "Ed25519"):
            guard let x = bytes("x") else { return nil }
            return ed25519(keyID: keyID, bytes: x)
        default:
            return nil
        }
    }
}
