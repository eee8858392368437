import HTTPTypes

extension Decision {
    /// The answer that a decision gives, the same behind every proxy and in a middleware, so far as who carries it can
    /// (docs/sidecar.md has the table). Pure. It has no body and is never stored.
    ///
    /// Only ``Verdict/allow`` is a success. What could not be judged is 503 and sets no cookie, whatever the session read
    /// before it would have set.
    /// - Parameters:
    ///   - client: Who waits.
    ///   - signIn: Where people sign in who wanted to go there.
    package func response(for client: DecisionClient, signIn: SignInAddress) -> AuthResponse {
        var answer = Answer(verdict, code: code, message: message, client, signIn)
        if verdict == .allow {
            for header in identityHeaders {
                guard let name = HTTPField.Name(header.name) else { continue }
                answer.headers[name] = header.value ?? ""
            }
        }
        answer.headers[.cacheControl] = "no-store"
        if client.relay != .none { answer.tell(self) }
        if verdict != .error {
            for (index, cookie) in setCookies.enumerated() {
                answer.headers.append(HTTPField(name: .setCookie, value: cookie))
                guard client.relay != .none, let name = HTTPField.Name("x-auth-set-cookie-\(index + 1)") else {
                    continue
                }
                answer.headers[name] = cookie
            }
        }
        return AuthResponse(status: .init(code: answer.status), headers: answer.headers)
    }

    /// Status and fields of one verdict.
    private struct Answer {
        /// What the client is to get in the end.
        private let meant: Int
        private let client: DecisionClient
        private let location: String?
        var headers: HTTPFields = [:]

        init(
            _ verdict: Verdict, code: String, message: String?, _ client: DecisionClient, _ signIn: SignInAddress
        ) {
            self.client = client
            let isPage = client.kind == .page
            var challenge: String?
            switch verdict {
            case .allow: (meant, location) = (200, nil)
            case .deny(let status):
                (meant, location) = (status, nil)
                if status == 401 { challenge = "Bearer" }
                if code == Denial.Code.ruleScopes.name { challenge = Challenge.scopes(message) }
            case .login(let provider):
                (meant, location) = isPage ? (302, signIn.login(provider: provider)) : (401, nil)
                challenge = client.sendsToken ? Challenge.token : "Bearer"
            case .stepUp(let maxAge):
                (meant, location) = isPage ? (302, signIn.stepUp) : (401, nil)
                challenge = Challenge.stepUp(maxAge)
            case .redirect(let url, let status): (meant, location) = (status, url)
            case .error:
                (meant, location) = (503, nil)
                headers[.retryAfter] = "1"
            }
            if let challenge, !isPage { headers[.wwwAuthenticate] = challenge }
            if let location {
                if client.relay == .status {
                    headers[.authRedirect] = location
                } else {
                    headers[.location] = location
                }
            }
        }

        /// What the proxy is told: of refusals, nginx takes only 401 and 403, and makes 500 of what is neither.
        var status: Int {
            guard client.relay == .status else { return meant }
            return switch meant {
            case 300..<400: 401
            case 404, 410, 429: 403
            default: meant
            }
        }

        /// What only a trusted peer may know. The generation is told with every answer to one.
        mutating func tell(_ decision: Decision) {
            headers[.authStatus] = String(meant)
            headers[.authRule] = decision.rule.map { HeaderValue.encode($0.id) } ?? "-"
            headers[.authReason] = HeaderValue.encode(decision.code)
        }
    }

    /// `WWW-Authenticate` (RFC 6750 section 3, RFC 9470 section 3).
    private enum Challenge {
        static let token = #"Bearer error="invalid_token""#

        static func stepUp(_ maxAge: Int64) -> String {
            #"Bearer error="insufficient_user_authentication", max_age="\#(maxAge)""#
        }

        /// The scopes stand in the message; anything that is no list of scope tokens is not repeated.
        static func scopes(_ message: String?) -> String {
            let plain = #"Bearer error="insufficient_scope""#
            guard let message, !message.isEmpty,
                message.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
            else { return plain }
            return plain + ", scope=\"\(message)\""
        }
    }
}

extension HTTPField.Name {
    // Literals that are valid field names.
    static let authRedirect = HTTPField.Name("x-auth-redirect").unsafelyUnwrapped
    static let authStatus = HTTPField.Name("x-auth-status").unsafelyUnwrapped
    static let authRule = HTTPField.Name("x-auth-rule").unsafelyUnwrapped
    static let authReason = HTTPField.Name("x-auth-reason").unsafelyUnwrapped
}
