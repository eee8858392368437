import HTTPTypes
import Testing

import enum MoongateTokens.Base64

@testable import Moongate

@Suite struct TokenExchangeTests {
    private func request(_ configure: (inout OIDCConfiguration) -> Void = { _ in }) -> FetchRequest {
        var configuration = ProviderStandIn.configuration
        configuration.clientId = "c id"
        configuration.clientSecret = Secret("s:e&c")
        configure(&configuration)
        return TokenExchange(
            configuration: configuration, code: "a+b", redirectURI: "https://app.example.com/cb", codeVerifier: "v"
        ).request(endpoint: "https://id.example.com/token")
    }

    private let form =
        "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code=a%2Bb&code_verifier=v"
        + "&grant_type=authorization_code"

    @Test func basicCredentialsAreFormEncodedFirst() {
        let made = request()
        #expect(made.headers[.authorization] == "Basic " + Base64.encode(Array("c+id:s%3Ae%26c".utf8)))
        #expect(String(decoding: made.body, as: UTF8.self) == form)
        #expect(made.method == .post && made.headers[.accept] == "application/json")
        #expect(!made.allowsPrivateAddresses)
    }

    @Test func postedCredentialsAreInTheBodyAlone() {
        let made = request { $0.clientAuthentication = .post }
        #expect(made.headers[.authorization] == nil)
        #expect(String(decoding: made.body, as: UTF8.self) == form + "&client_id=c+id&client_secret=s%3Ae%26c")
    }

    @Test func publicClientSendsNoSecret() {
        let made = request { $0.clientAuthentication = .none }
        #expect(made.headers[.authorization] == nil)
        #expect(String(decoding: made.body, as: UTF8.self) == form + "&client_id=c+id")
    }
}

@Suite struct TokenResponseTests {
    private let good: [String: JSONValue] = ["access_token": "at", "token_type": "bEaReR", "id_token": "x.y.z"]

    private func read(
        _ changes: [String: JSONValue] = [:], status: Int = 200, type: String = "application/json"
    ) throws -> TokenResponse {
        let body = JSONValue.object(good.merging(changes) { $1 }).canonicalBytes()
        return try read(FetchResponse(status: status, headers: [.contentType: type], body: body))
    }

    private func read(_ answer: FetchResponse) throws -> TokenResponse {
        try TokenResponse(answer, now: Timestamp(seconds: 1_000))
    }

    @Test func answerIsReadWithAllItsFields() throws {
        let tokens = try read(["expires_in": 60, "refresh_token": "rt", "scope": "openid", "extra": [1]])
        #expect(tokens.account.accessToken == "at" && tokens.account.tokenType == "bearer")
        #expect(tokens.account.expiresAt == 1_060 && tokens.account.refreshToken == "rt")
        #expect(tokens.account.idToken == "x.y.z" && tokens.fields["extra"] == [1])
    }

    @Test func oddButLegalLivesAreUnderstood() throws {
        #expect(try read(["expires_in": "60"]).account.expiresAt == 1_060)
        #expect(try read(["expires_in": 60.9]).account.expiresAt == 1_060)
        #expect(try read(["expires_in": 0]).account.expiresAt == nil)
        #expect(try read(["expires_in": nil]).account.expiresAt == nil)
        #expect(try read(["expires_in": 1e300]).account.expiresAt == 3_155_761_000)
        #expect(try read(["expires_in": .integer(.max)]).account.expiresAt == 3_155_761_000)
    }

    @Test(arguments: jsonValues(-1, "-1", "soon", "", true, []))
    func livesThatAreNoneAreRefused(life: JSONValue) {
        #expect(throws: Denial(.tokenResponse, "")) { try read(["expires_in": life]) }
    }

    @Test(
        arguments: jsonValues(
            ["access_token": ""], ["access_token": nil], ["access_token": 1], ["token_type": "mac"],
            ["token_type": "DPoP"],
            ["token_type": nil], ["id_token": 1], ["refresh_token": false], ["error": "invalid_grant"]
        ))
    func answersOutOfFormAreRefused(value: JSONValue) throws {
        let changes = try #require(value.objectValue)
        #expect(throws: Denial(.tokenResponse, "")) { try read(changes) }
    }

    @Test func mediaTypeMustBeJSON() throws {
        #expect(try read(type: "application/json;charset=UTF-8").account.accessToken == "at")
        for type in ["text/html", "application/jwt", "text/json", "application/jsonx"] {
            #expect(throws: Denial(.tokenResponse, "")) { try read(type: type) }
        }
    }

    @Test(arguments: [201, 204, 302, 400, 403, 500])
    func otherStatusIsRefusedEvenWithTokens(status: Int) {
        #expect(throws: Denial(.tokenResponse, "")) { try read(status: status) }
        #expect(throws: Denial(.tokenResponse, "")) {
            try read(FetchResponse(status: status, headers: [:], body: []))
        }
    }

    @Test(arguments: [
        "", "[]", "null", "{", "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"bearer\"}",
    ])
    func bodiesThatAreNoObjectAreRefused(body: String) {
        #expect(throws: Denial(.tokenResponse, "")) {
            try read(FetchResponse(status: 200, headers: [.contentType: "application/json"], body: Array(body.utf8)))
        }
    }
}
