import MoongateTokens

/// What the token endpoint gave (RFC 6749 section 5.1), checked in form. The id_token inside is not verified yet.
struct TokenResponse: Sendable {
    /// The columns of an account row; `accessToken` is always there.
    let account: AccountTokens
    /// The whole answer.
    let fields: [String: JSONValue]

    /// Expiry further away than a hundred years is as good as this.
    private static let longestLife: Int64 = 3_155_760_000

    /// - Throws: ``Denial`` with `tokenResponse`.
    init(_ answer: FetchResponse, now: Timestamp) throws(Denial) {
        guard answer.status == 200 else {
            // An error answer may be empty or of any type; its name is a help in the log, nothing more.
            let name = answer.object?["error"]?.stringValue
            throw Denial(.tokenResponse, "status \(answer.status), \(OAuthErrorName.forLog(name))")
        }
        guard answer.isJSON, let fields = answer.object else {
            throw Denial(.tokenResponse, "the answer is not a JSON object")
        }
        // Some providers send errors with status 200.
        if let error = fields["error"], error != .null {
            throw Denial(.tokenResponse, "the answer is \(OAuthErrorName.forLog(error.stringValue))")
        }
        var account = AccountTokens()
        guard let accessToken = try Self.text("access_token", fields), !accessToken.isEmpty else {
            throw Denial(.tokenResponse, "no access_token")
        }
        account.accessToken = accessToken
        account.tokenType = try Self.text("token_type", fields)?.lowercased()
        guard account.tokenType == "bearer" else {
            throw Denial(.tokenResponse, "token_type is missing or not Bearer")
        }
        account.refreshToken = try Self.text("refresh_token", fields)
        account.scope = try Self.text("scope", fields)
        account.idToken = try Self.text("id_token", fields)
        account.sessionState = try Self.text("session_state", fields)
        account.expiresAt = try Self.life(fields["expires_in"]).map { now.adding(seconds: $0).seconds }
        self.account = account
        self.fields = fields
    }

    private static func text(_ name: String, _ fields: [String: JSONValue]) throws(Denial) -> String? {
        guard let value = fields[name], value != .null else { return nil }
        guard let text = value.stringValue else { throw Denial(.tokenResponse, "\(name) is not a string") }
        return text
    }

    /// `expires_in` in whole seconds; `nil` for absent and for 0, which providers use for "does not expire". Some
    /// send a string of digits.
    private static func life(_ value: JSONValue?) throws(Denial) -> Int64? {
        guard let value, value != .null else { return nil }
        let number: Double?
        if let text = value.stringValue {
            number =
                (1...15).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
                ? Double(text) : nil
        } else {
            number = value.doubleValue
        }
        guard let number, number >= 0 else { throw Denial(.tokenResponse, "expires_in is not a number of seconds") }
        let seconds = Int64(min(number, Double(longestLife)))
        return seconds == 0 ? nil : seconds
    }
}
