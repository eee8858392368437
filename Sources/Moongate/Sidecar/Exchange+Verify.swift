import HTTPTypes
import Logging

extension Exchange {
    /// E32: a proxy asks whether a request may go on. Whatever cannot be understood is refused, and who is no trusted peer
    /// learns nothing but that.
    func answerVerify() async -> AuthResponse {
        guard tellsGeneration else { return refuseToVerify() }
        let forwarded = forwardedRequest
        let judgement = await engine.judge(
            forwarded.map(\.canonical), asked: request, knowing: nil, on: generation)
        return answer(judgement.decision, forwarded)
    }

    /// As ``answerVerify()`` on the calling thread; `nil` as soon as a script would have to wait or be waited for. Nothing
    /// has happened then that a second run could repeat, but for a re-issue that goes out with the next answer.
    func verifyAtOnce(id: String) -> ImmediateAnswer? {
        defer { pipeline.end() }
        let forwarded = forwardedRequest
        guard let judgement = judgeAtOnce(forwarded.map(\.canonical)) else {
            pipeline.drop()
            return nil
        }
        reportReservedClaims()
        var response = answer(judgement.decision, forwarded)
        response.headers.append(HTTPField(name: .moongateGeneration, value: generation.id))
        return ImmediateAnswer(response, id: id)
    }

    private var forwardedRequest: Result<ForwardedRequest, Denial> {
        Result { () throws(Denial) in try ForwardedRequest(request, configuration) }
    }

    private func answer(_ decision: Decision, _ forwarded: Result<ForwardedRequest, Denial>) -> AuthResponse {
        guard case .success(let asked) = forwarded else {
            let client = DecisionClient(kind: .api, relay: .status, sendsToken: request.headers[.authorization] != nil)
            return decision.response(for: client, signIn: SignInAddress(configuration, returningTo: nil))
        }
        let client = DecisionClient(
            method: asked.canonical.method, headers: request.headers,
            relay: asked.family == .original ? .status : .whole)
        let signIn = SignInAddress(configuration, returningTo: asked.url)
        if !signIn.returns { reportForeignSite(decision, client) }
        return decision.response(for: client, signIn: signIn)
    }

    private func refuseToVerify() -> AuthResponse {
        let peer = request.peer?.text ?? "a peer without an address"
        let remedy =
            NetworkRange.isAddress(peer)
            ? "if this is your proxy, add \"\(peer)/\(peer.utf8.contains(UInt8(ascii: ":")) ? 128 : 32)\" to `trustedProxies` in config.lua"
            : "a proxy that asks has to connect over TCP"
        report(
            Incident(Denial(.verifyUntrusted, "\(peer) is not in `trustedProxies`: \(remedy)")), isRefusal: true)
        return AuthResponse(status: .forbidden, headers: [.cacheControl: "no-store"])
    }

    /// People are about to be sent to the sign-in page and will not come back to where they wanted to go.
    private func reportForeignSite(_ decision: Decision, _ client: DecisionClient) {
        switch decision.verdict {
        case .login, .stepUp: break
        case .allow, .deny, .redirect, .error: return
        }
        guard client.kind == .page, engine.isFirstReport("verify.callback") else { return }
        logger.warning(
            "Who signs in is not sent back to the site behind the proxy",
            metadata: [
                "code": .string(Denial.Code.foreignRedirect.name),
                "reason":
                    "its origin is not `url`; list it in `redirects`, or have the proxy say the right host, port and scheme",
            ])
    }
}
