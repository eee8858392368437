import MoongateTokens

/// The provider's answer as the browser brings it (RFC 6749 section 4.1.2, RFC 9207): not to be believed before `check`
/// and `code` have both passed.
struct AuthorizationResponse: Sendable {
    private let parameters: [(name: String, value: String)]

    /// - Parameter parameters: Decoded, in order, with every duplicate.
    init(_ parameters: [(String, String)]) {
        self.parameters = parameters.map { (name: $0.0, value: $0.1) }
    }

    private subscript(_ name: String) -> String? { parameters.first { $0.name == name }?.value }

    /// Checks what needs no metadata: no parameter twice, and the state.
    ///
    /// - Parameter expected: `nil` where the provider's checks leave the state out; any state is passed over then.
    func check(state expected: String?) throws(Denial) {
        var seen = Set<String>()
        for (name, _) in parameters where !seen.insert(name).inserted {
            throw Denial(name == "state" ? .state : .badResponse, "a parameter came twice")
        }
        if let expected {
            guard let state = self["state"], constantTimeEqual(state, expected) else {
                throw Denial(.state, "the state is missing or not this browser's")
            }
        }
        guard self["response"] == nil else { throw Denial(.badResponse, "a packed response (JARM) was not asked for") }
    }

    /// The code, if the answer is this issuer's and holds one and nothing that was not asked for.
    func code(from metadata: IssuerMetadata) throws(Denial) -> String {
        let error = self["error"]
        if let issuer = self["iss"] {
            guard constantTimeEqual(issuer, metadata.issuer) else {
                throw Denial(.responseIssuer, "the answer is another issuer's")
            }
        } else if metadata.namesItselfInResponses, error == nil {
            // Some providers announce `iss` and leave it out of errors; an error gives nothing away.
            throw Denial(.responseIssuer, "the answer does not name its issuer")
        }
        if let error {
            guard self["code"] == nil else { throw Denial(.badResponse, "both a code and an error") }
            throw Denial(.providerRefused, "the provider answered \(OAuthErrorName.forLog(error))")
        }
        guard self["id_token"] == nil, self["token"] == nil, self["access_token"] == nil else {
            throw Denial(.badResponse, "a token was not asked for")
        }
        guard let code = self["code"], !code.isEmpty, code.utf8.count <= 8_192 else {
            throw Denial(.badResponse, "no code, or one that is too long")
        }
        return code
    }
}

/// The `error` of an OAuth answer: somebody else's text on its way to our log.
enum OAuthErrorName {
    /// The name if it looks like one (a registered kind of name, short), else a word of our own.
    static func forLog(_ name: String?) -> String {
        guard let name, (1...64).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5f })
        else { return "with an error of no usual name" }
        return name
    }
}
