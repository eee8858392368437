import COpenSSL
import HTTPTypes
import MoongateTokens
import Synchronization

@testable import Moongate

/// An issuer made of values: it signs id_tokens with Ed25519 and answers requests out of a table.
final class ProviderStandIn: HTTPFetcher {
    static let issuer = "https://id.example.com"

    struct State {
        var answers: [String: FetchResponse] = [:]
        var requests: [FetchRequest] = []
        var isDown = false
    }

    let state = Mutex(State())
    let key: SigningKey

    init(key: SigningKey = SigningKey(seed: 1, id: "one")) {
        self.key = key
        answer(Self.issuer + "/.well-known/openid-configuration", .object(Self.metadata))
        answer(Self.issuer + "/jwks", ["keys": [key.jwk]])
    }

    static let metadata: [String: JSONValue] = [
        "issuer": .string(issuer), "authorization_endpoint": "https://id.example.com/authorize",
        "token_endpoint": "https://id.example.com/token", "jwks_uri": "https://id.example.com/jwks",
        "userinfo_endpoint": "https://id.example.com/userinfo",
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
        "authorization_response_iss_parameter_supported": true,
    ]

    static var configuration: OIDCConfiguration {
        OIDCConfiguration(issuer: issuer, clientId: "moongate", clientSecret: Secret("hush"))
    }

    func answer(_ url: String, status: Int = 200, type: String = "application/json", _ body: JSONValue) {
        answer(url, FetchResponse(status: status, headers: [.contentType: type], body: body.canonicalBytes()))
    }

    func answer(_ url: String, _ response: FetchResponse) { state.withLock { $0.answers[url] = response } }

    /// How many requests went to a path of the issuer.
    func count(_ path: String) -> Int {
        state.withLock { $0.requests.filter { $0.url == Self.issuer + path }.count }
    }

    func fetch(_ request: FetchRequest) async throws -> FetchResponse {
        let answer = state.withLock { state in
            state.requests.append(request)
            return state.isDown ? nil : state.answers[request.url]
        }
        guard let answer else { throw FetchError(.unreachable, "down") }
        return answer
    }
}

/// An Ed25519 key out of one repeated byte.
struct SigningKey: Sendable {
    let seed: [UInt8]
    let id: String?

    init(seed: UInt8, id: String?) {
        self.seed = [UInt8](repeating: seed, count: 32)
        self.id = id
    }

    var jwk: JSONValue {
        var publicKey = [UInt8](repeating: 0, count: 32)
        var length = 32
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        EVP_PKEY_get_raw_public_key(key, &publicKey, &length)
        EVP_PKEY_free(key)
        var jwk: [String: JSONValue] = ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(publicKey))]
        jwk["kid"] = id.map(JSONValue.string)
        return .object(jwk)
    }

    func sign(_ claims: [String: JSONValue], algorithm: String = "EdDSA") -> String {
        var header: [String: JSONValue] = ["alg": .string(algorithm)]
        header["kid"] = id.map(JSONValue.string)
        let parts = [header, claims].map { Base64URL.encode(JSONValue.object($0).canonicalBytes()) }
        let signed = parts.joined(separator: ".")
        let bytes = Array(signed.utf8)
        var signature = [UInt8](repeating: 0, count: 64)
        var length = 64
        let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        let context = EVP_MD_CTX_new()
        EVP_DigestSignInit(context, nil, nil, nil, key)
        EVP_DigestSign(context, &signature, &length, bytes, bytes.count)
        EVP_MD_CTX_free(context)
        EVP_PKEY_free(key)
        return signed + "." + Base64URL.encode(signature)
    }
}

/// A clock that stands still until it is moved.
final class StandInClock: AuthClock {
    static let start: Int64 = 1_800_000_000
    private let seconds = Mutex(start)
    func now() -> Timestamp { Timestamp(seconds: seconds.withLock { $0 }) }
    func move(_ delta: Int64) { seconds.withLock { $0 += delta } }
}

/// Different bytes at each call, or none at all.
final class StandInRandom: RandomSource {
    struct Empty: Error {}
    private let next = Mutex(UInt8(0))
    private let isEmpty: Bool
    init(isEmpty: Bool = false) { self.isEmpty = isEmpty }
    func bytes(_ count: Int) throws -> [UInt8] {
        guard !isEmpty else { throw Empty() }
        let byte = next.withLock { value in
            value &+= 1; return value
        }
        return [UInt8](repeating: byte, count: count)
    }
}

/// The code of the refusal, if there is one.
func refusal<Value>(_ body: () async throws(Denial) -> Value) async -> Denial.Code? {
    do throws(Denial) { _ = try await body(); return nil } catch { return error.code }
}

/// JSON literals as test arguments; the macro cannot take a cast there.
func jsonValues(_ values: JSONValue...) -> [JSONValue] { values }
