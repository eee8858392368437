import HTTPTypes
import MoongateTokens

/// The token request (RFC 6749 section 4.1.3, RFC 7636 section 4.5; contract 9.3).
struct TokenExchange: Sendable {
    let configuration: OIDCConfiguration
    let code: String
    let redirectURI: String
    let codeVerifier: String?

    /// The request. Its body holds the code and maybe the client's secret: never log it.
    func request(endpoint: String) -> FetchRequest {
        var parameters: [(name: String, value: String)] = [("redirect_uri", redirectURI), ("code", code)]
        if let codeVerifier { parameters.append(("code_verifier", codeVerifier)) }
        parameters.append(("grant_type", "authorization_code"))
        var headers: HTTPFields = [.accept: "application/json", .contentType: "application/x-www-form-urlencoded"]
        let secret = configuration.clientSecret.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        switch configuration.clientAuthentication {
        case .basic:
            // Both parts are form-encoded first, so that a colon in either cannot move the border (section 2.3.1).
            let pair = FormEncoding.encode(configuration.clientId) + ":" + FormEncoding.encode(secret)
            headers[.authorization] = "Basic " + Base64.encode(Array(pair.utf8))
        case .post:
            parameters += [("client_id", configuration.clientId), ("client_secret", secret)]
        case .none:
            parameters.append(("client_id", configuration.clientId))
        }
        return FetchRequest(
            method: .post, url: endpoint, headers: headers, body: Array(FormEncoding.encode(parameters).utf8),
            allowsPrivateAddresses: configuration.reachesPrivateAddresses)
    }
}
