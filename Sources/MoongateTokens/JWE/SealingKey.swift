/// One derived key, with the names it goes by and the header it writes.
struct SealingKey: Sendable {
    /// 64 bytes. A256GCM uses the first half: HKDF gives the same bytes for both lengths.
    let bytes: Secret
    /// RFC 7638 thumbprint of the 64 bytes, by SHA-512.
    let keyID: [UInt8]
    /// RFC 7638 thumbprint of the first 32 bytes, by SHA-256.
    let shortKeyID: [UInt8]
    /// `{"alg":"dir","enc":"A256CBC-HS512","kid":"…"}` in base64url: the same for every token, so it is made once and
    /// recognised by its bytes.
    let header: [UInt8]

    init(_ bytes: Secret) {
        let raw = bytes.bytes
        self.bytes = bytes
        keyID = Array(Base64URL.encode(SHA512.hash(Self.thumbprintInput(raw))).utf8)
        shortKeyID = Array(Base64URL.encode(SHA256.hash(Self.thumbprintInput(Array(raw.prefix(32))))).utf8)
        let text = #"{"alg":"dir","enc":"A256CBC-HS512","kid":""# + String(decoding: keyID, as: UTF8.self) + #""}"#
        header = Array(Base64URL.encode(Array(text.utf8)).utf8)
    }

    /// The members that RFC 7638, section 3.2 asks of a shared key, in its order.
    private static func thumbprintInput(_ key: [UInt8]) -> [UInt8] {
        Array(#"{"k":"\#(Base64URL.encode(key))","kty":"oct"}"#.utf8)
    }
}
