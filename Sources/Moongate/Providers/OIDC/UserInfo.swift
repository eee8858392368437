import HTTPTypes
import MoongateTokens

/// The userinfo request and its answer (OpenID Connect Core 5.3).
struct UserInfo: Sendable {
    let accessToken: String
    let allowsPrivateAddresses: Bool

    func request(endpoint: String) -> FetchRequest {
        FetchRequest(
            url: endpoint, headers: [.accept: "application/json", .authorization: "Bearer " + accessToken],
            allowsPrivateAddresses: allowsPrivateAddresses)
    }

    /// Claims that say what the id_token is; userinfo has no say in them.
    private static let protocolClaims: Set<String> = [
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "nonce", "azp", "auth_time", "acr", "amr", "at_hash", "c_hash",
    ]

    /// The id_token's claims with userinfo's on top.
    /// - Throws: ``Denial`` with `userinfo` for any answer but 200 with JSON about the same `sub`.
    func claims(from answer: FetchResponse, over idToken: VerifiedIDToken) throws(Denial) -> [String: JSONValue] {
        guard answer.status == 200 else { throw Denial(.userinfo, "status \(answer.status)") }
        guard answer.isJSON, let fields = answer.object else {
            throw Denial(.userinfo, "the answer is not a JSON object")
        }
        guard let subject = fields["sub"]?.stringValue, subject.isExactly(idToken.subject) else {
            throw Denial(.userinfo, "the answer is about somebody else than the id_token")
        }
        let added = fields.filter { !Self.protocolClaims.contains($0.key) }
        return idToken.claims.merging(added) { $1 }
    }
}
