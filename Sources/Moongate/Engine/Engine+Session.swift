import HTTPTypes
import MoongateTokens

/// What ``Engine/session(from:)`` found.
public struct SessionRead: Sendable {
    /// The session after all hooks, as a client sees it; `nil` when nobody is signed in.
    public let session: Claims?
    /// Values of `Set-Cookie` fields that belong on the answer: without them a re-issued token is lost, and a cookie that
    /// is no session stays.
    public let setCookies: [String]
    /// Who that is, as rules see them.
    let subject: RuleSubject
    /// What the ledger calls the session.
    let ledgerKey: String?

    /// Nobody, and nothing to send along.
    static let ended = SessionRead(session: nil, subject: .nobody)

    init(session: Claims?, subject: RuleSubject) {
        ledgerKey = nil
        self.session = session
        setCookies = []
        self.subject = subject
    }

    init(_ answer: SessionAnswer) throws {
        session = answer.body == SessionAnswer.none.body ? nil : try Claims(parsing: answer.body)
        setCookies = answer.cookies.map(\.fieldValue)
        subject = answer.subject
        ledgerKey = answer.ledgerKey
    }
}

extension Engine {
    /// Whether a session that was read was signed out since: its cookies must not go out any more, since they would bring
    /// it back when the ledger has forgotten it.
    package func hasEnded(_ read: SessionRead) -> Bool {
        read.ledgerKey.map { ledger.isEnded($0, now: ports.clock.now()) } ?? false
    }
}

extension Engine {
    /// Reads the session of a request to any route of yours, as `{basePath}/session` does: hooks run, and the token is
    /// re-issued when it is due. A request without a session cookie may carry its token after `Authorization: Bearer`,
    /// as ``token(from:)`` reads it; such a token is not re-issued.
    /// - Throws: what a failing hook or store throws. Nobody is signed out by it, and nobody is let in.
    public func session(from request: AuthRequest) async throws -> SessionRead {
        try await session(from: request, on: generation)
    }

    /// The same by a generation that the caller holds on to: one request is answered by one.
    package func session(from request: AuthRequest, on generation: Generation) async throws -> SessionRead {
        var request = request
        if request.id == nil { request.id = nextRequestID() }
        let exchange = Exchange(request, generation: generation, engine: self)
        defer {
            exchange.pipeline.end()
            exchange.reportReservedClaims()
        }
        // Where nothing has to be waited for, no task needs to be ready for it.
        let answer =
            if generation.readsBareTokens, let answer = try exchange.readSessionAtOnce(acceptsBearer: true) {
                answer
            } else {
                try await exchange.readSession(update: nil, acceptsBearer: true)
            }
        exchange.pipeline.end()
        if !exchange.events.isEmpty { await exchange.handOverEvents() }
        return try SessionRead(answer)
    }

    /// The claims of the session token that a request carries: in its cookie, else after `Authorization: Bearer`
    /// (percent-encoded, contract 3.6). Runs no hooks and never re-issues. A cookie that is there and cannot be opened
    /// does not fall back to the header.
    /// - Returns: `nil` for a token that is missing, unreadable, expired, or of a session that was signed out just now,
    ///   and always with strategy `database`, whose cookie is no token.
    public func token(from headers: HTTPFields) -> Claims? {
        let generation = generation
        guard generation.configuration.session.strategy == .jwt else { return nil }
        let sealed: [UInt8]
        switch SessionCookie(RequestCookies(headers), name: generation.cookies.session).reading {
        case .value(let value): sealed = value
        case .unreadable: return nil
        case .absent:
            guard let value = Self.bearer(headers[.authorization]) else { return nil }
            sealed = value
        }
        let now = ports.clock.now()
        guard let token = try? SessionToken(opening: sealed, keys: generation.keys.session, now: now),
            !ledger.isEnded(token.sid, now: now)
        else { return nil }
        return try? Claims(parsing: token.payload)
    }

    /// The token of `Bearer …`, scheme in exactly this case; `nil` when an escape in it is malformed.
    static func bearer(_ field: String?) -> [UInt8]? {
        guard let field, field.utf8.starts(with: "Bearer ".utf8) else { return nil }
        let decoded = PercentCoding.decode(field.utf8.dropFirst(7), plusIsSpace: false)
        return decoded.contains(UInt8(ascii: "%")) ? nil : decoded
    }
}
