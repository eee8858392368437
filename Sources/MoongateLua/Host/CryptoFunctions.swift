import LuaHost
import Moongate
import MoongateTokens

/// How bytes are written as text: JSON, the border that all values cross, has no bytes.
enum BytesEncoding: String, CaseIterable, Sendable {
    case hex, base64, base64url

    func encode(_ bytes: [UInt8]) -> String {
        switch self {
        case .hex: Hex.encode(bytes)
        case .base64: Base64.encode(bytes)
        case .base64url: Base64URL.encode(bytes)
        }
    }

    func decode(_ text: String) -> [UInt8]? {
        switch self {
        case .hex: Hex.decode(text)
        case .base64: Base64.decode(text)
        case .base64url: Base64URL.decode(text)
        }
    }
}

extension HostFunction {
    /// `crypto`: needs no permission, reaches nothing.
    static func crypto(_ owner: ScriptOwner, _ services: HostServices) -> [HostFunction] {
        [
            sha256, hmac(OwnerSecrets(owner, services)), random(services.random), equal, base64URLEncode,
            base64URLDecode,
        ]
    }

    /// `crypto.sha256(text, { encoding = "hex" })`.
    private static let sha256 = HostFunction.deciding("crypto.sha256") { arguments throws(HostRefusal) in
        guard (1...2).contains(arguments.count), case .string(let text)? = arguments[0] else {
            throw .raise("crypto.sha256 takes one string")
        }
        let options = try HostOptions(arguments[1], of: "crypto.sha256", known: ["encoding"])
        return try options.written(SHA256.hash(text))
    }

    /// `crypto.hmac(key, text, { encoding = "hex", keyEncoding = "hex" })`: HMAC with SHA-256.
    private static func hmac(_ secrets: OwnerSecrets) -> HostFunction {
        HostFunction.deciding("crypto.hmac") { arguments throws(HostRefusal) in
            guard (2...3).contains(arguments.count), case .string(let text)? = arguments[1] else {
                throw .raise("crypto.hmac takes a key and a string; the key is a string or a secret")
            }
            let options = try HostOptions(arguments[2], of: "crypto.hmac", known: ["encoding", "keyEncoding"])
            let key = try key(arguments[0], options, secrets)
            guard !key.isEmpty else { throw .raise("crypto.hmac: the key is empty") }
            return try options.written(hmacSHA256(key: key, message: Array(text.utf8)))
        }.takingHandles()
    }

    private static func key(
        _ value: JSONValue?, _ options: HostOptions, _ secrets: OwnerSecrets
    ) throws(HostRefusal) -> Secret {
        let key: Secret
        if let handle = SecretHandle(value) {
            key = try secrets.value(handle)
        } else if case .string(let text)? = value {
            key = Secret(text)
        } else {
            throw .raise("crypto.hmac: the key is a string or a secret")
        }
        guard let encoding = try options.encoding("keyEncoding") else { return key }
        guard let bytes = encoding.decode(String(decoding: key.bytes, as: UTF8.self)) else {
            throw .raise("crypto.hmac: the key is not \(encoding.rawValue)")
        }
        return Secret(bytes: bytes)
    }

    /// `crypto.random(bytes, { encoding = "base64url" })`: from the system's generator.
    private static func random(_ source: any RandomSource) -> HostFunction {
        .deciding("crypto.random") { arguments throws(HostRefusal) in
            guard (1...2).contains(arguments.count), let count = arguments[0]?.integerValue,
                (1...1024).contains(count)
            else { throw .raise("crypto.random takes a number of bytes from 1 to 1024") }
            let options = try HostOptions(arguments[1], of: "crypto.random", known: ["encoding"])
            guard let bytes = try? source.bytes(Int(count)) else {
                throw .failure("random.unavailable", "the system gives no randomness")
            }
            return try options.written(bytes, otherwise: .base64url)
        }
    }

    /// `crypto.equal(a, b)`: in the same time wherever two strings of one length differ.
    private static let equal = HostFunction.deciding("crypto.equal") { arguments throws(HostRefusal) in
        guard arguments.count == 2, case .string(let one)? = arguments[0], case .string(let other)? = arguments[1]
        else { throw .raise("crypto.equal takes two strings") }
        return .value(JSONValue.bool(constantTimeEqual(one, other)).canonicalBytes())
    }

    private static let base64URLEncode = HostFunction.deciding("crypto.base64url.encode") {
        arguments throws(HostRefusal) in
        guard arguments.count == 1, case .string(let text)? = arguments[0] else {
            throw .raise("crypto.base64url.encode takes one string")
        }
        return .value(JSONValue.string(Base64URL.encode(Array(text.utf8))).canonicalBytes())
    }

    private static let base64URLDecode = HostFunction.deciding("crypto.base64url.decode") {
        arguments throws(HostRefusal) in
        guard arguments.count == 1, case .string(let text)? = arguments[0] else {
            throw .raise("crypto.base64url.decode takes one string")
        }
        guard let bytes = Base64URL.decode(text) else { throw .failure("crypto.encoding", "this is not base64url") }
        guard let plain = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .failure("crypto.encoding", "what it stands for is not text")
        }
        return .value(JSONValue.string(plain).canonicalBytes())
    }
}

extension HostOptions {
    fileprivate func encoding(_ name: String) throws(HostRefusal) -> BytesEncoding? {
        guard let text = try text(name) else { return nil }
        guard let encoding = BytesEncoding(rawValue: text) else {
            throw .raise("\(name) is hex, base64 or base64url, not \(text)")
        }
        return encoding
    }

    fileprivate func written(
        _ bytes: [UInt8], otherwise usual: BytesEncoding = .hex
    ) throws(HostRefusal) -> HostAnswer {
        let encoding = try encoding("encoding") ?? usual
        return .value(JSONValue.string(encoding.encode(bytes)).canonicalBytes())
    }
}
