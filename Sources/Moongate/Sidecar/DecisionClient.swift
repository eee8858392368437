import HTTPTypes

/// Who waits for the answer to a decision, and what stands in between.
package struct DecisionClient: Sendable, Equatable {
    /// What the client can do with an answer.
    package enum Kind: Sendable, Equatable {
        /// A browser on its way to a page: it can be sent to the sign-in page.
        case page
        /// Everything else: it is told by status and `WWW-Authenticate`.
        case api
    }

    /// Who carries the answer to the client.
    package enum Relay: Sendable, Equatable {
        /// Nobody: the answer goes to the client as it is, so it says nothing of rules.
        case none
        /// A proxy that passes on whatever is no success: Caddy, Traefik.
        case whole
        /// A proxy that knows 2xx, 401 and 403 and makes the rest itself: nginx's `auth_request` and what is like it.
        case status
    }

    /// Browser or not.
    package var kind: Kind
    /// Directly, or through a proxy.
    package var relay: Relay
    /// Whether it sent `Authorization`: a token that does not sign anybody in is told apart from none (RFC 6750 section 3.1).
    package var sendsToken: Bool

    package init(kind: Kind, relay: Relay, sendsToken: Bool = false) {
        self.kind = kind
        self.relay = relay
        self.sendsToken = sendsToken
    }

    /// From what the client sent. A page is asked for by GET or HEAD, with `text/html` in `Accept`, without
    /// `Authorization`, and not by a script: that would follow a redirect to a page it cannot use.
    package init(method: String, headers: HTTPFields, relay: Relay) {
        let sendsToken = headers[.authorization] != nil
        let isScript =
            headers[.requestedWith]?.lowercased() == "xmlhttprequest"
            || headers[.fetchMode].map { $0 != "navigate" } ?? false
        let isPage =
            (method == "GET" || method == "HEAD") && !sendsToken && !isScript && Self.acceptsPages(headers[.accept])
        self.init(kind: isPage ? .page : .api, relay: relay, sendsToken: sendsToken)
    }

    /// Whether `Accept` (RFC 9110 section 12.5.1) names HTML; `*/*` alone is what programs send.
    private static func acceptsPages(_ accept: String?) -> Bool {
        guard let accept else { return false }
        return accept.lowercased().split(separator: ",").contains { item in
            let parts = item.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let type = parts.first, type == "text/html" || type == "application/xhtml+xml" else { return false }
            return !parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        }
    }
}

extension HTTPField.Name {
    // Literals that are valid field names.
    static let requestedWith = HTTPField.Name("x-requested-with").unsafelyUnwrapped
    static let fetchMode = HTTPField.Name("sec-fetch-mode").unsafelyUnwrapped
}
