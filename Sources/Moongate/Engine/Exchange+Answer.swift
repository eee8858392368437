import HTTPTypes
import Logging
import MoongateTokens

extension Exchange {
    /// Contract 1.1: what cannot be parsed gets 400 and the JSON string `"Bad request."`, without cookies.
    static let badRequest = AuthResponse(
        status: .badRequest, headers: [.contentType: "application/json"], body: Array(#""Bad request.""#.utf8))

    /// Makes the answer of an outcome and attaches the cookies.
    func respond(with outcome: ActionOutcome) -> AuthResponse {
        var response: AuthResponse
        switch outcome {
        case .json(let body, let isPrivate):
            response = AuthResponse(status: .ok, headers: isPrivate ? Self.privateJSON : Self.publicJSON, body: body)
        case .redirect(let url):
            response = redirection(to: url)
        case .page(let page):
            response = Self.html(page)
        case .status(let status, let body):
            return AuthResponse(status: status, headers: [.contentType: "application/json"], body: body)
        }
        appendCookies(cookiesOut, to: &response.headers)
        if !cookiesOut.isEmpty, response.headers[.cacheControl] == nil {
            // One browser's cookies must not be handed to another by a cache between.
            response.headers[.cacheControl] = "private, no-store"
            response.headers[.vary] = "Cookie"
        }
        return response
    }

    // Made once: every field that is made anew is checked anew.
    private static let publicJSON: HTTPFields = [.contentType: "application/json"]
    private static let privateJSON: HTTPFields = {
        var headers = publicJSON
        forbidCaching(&headers)
        return headers
    }()

    func appendCookies(_ cookies: [SetCookie], to headers: inout HTTPFields) {
        headers.reserveCapacity(headers.count + cookies.count + 2)
        for cookie in cookies { headers.append(HTTPField(name: .setCookie, value: cookie.fieldValue)) }
    }

    static func forbidCaching(_ headers: inout HTTPFields) {
        headers.append(HTTPField(name: .cacheControl, value: "private, no-cache, no-store"))
        headers.append(HTTPField(name: .expires, value: "0"))
        headers.append(HTTPField(name: .pragma, value: "no-cache"))
        headers.append(HTTPField(name: .vary, value: "Cookie"))
    }

    /// 302; 200 with the URL as JSON for a client that asks with `X-Auth-Return-Redirect` (contract 1.2).
    func redirection(to url: String, keepsLocation: Bool = true) -> AuthResponse {
        guard request.headers[.authReturnRedirect] != nil else {
            return AuthResponse(status: .found, headers: [.location: url])
        }
        var response = AuthResponse(
            status: .ok, headers: [.contentType: "application/json"],
            body: JSONValue.object(["url": .string(url)]).canonicalBytes())
        if keepsLocation { response.headers[.location] = url }
        return response
    }

    /// A page with the headers that keep it from being framed, sniffed, cached, or read by others.
    static func html(_ page: Page) -> AuthResponse {
        var headers: HTTPFields = [
            .contentType: "text/html",
            .contentSecurityPolicy: page.contentSecurityPolicy,
            .xContentTypeOptions: "nosniff",
            .cacheControl: "private, no-store", .vary: "Cookie",
        ]
        headers[.xFrameOptions] = "DENY"
        // `same-origin` rather than `no-referrer`: with the latter browsers send `Origin: null` from our own forms.
        headers[.referrerPolicy] = "same-origin"
        return AuthResponse(status: .init(code: page.status), headers: headers, body: page.html)
    }

    /// Answers a failure of anything but a session read: logged with its code, told by Auth.js's name, never with
    /// cookies (contract 1.2, 10.1).
    func failure(_ error: any Error) -> AuthResponse {
        let incident = Incident(error)
        let shown = ClientError(refusal: error)
        report(incident, isRefusal: shown != nil)
        if incident.isTransient { return unavailable }
        return errorRedirect(shown ?? .configuration, incidentID: shown == nil ? request.id : nil)
    }

    /// `ORIGIN + page + ?error=…` (contract 10.1); `incident` lets a user quote what the log has.
    private func errorRedirect(_ error: ClientError, incidentID: String?) -> AuthResponse {
        var parameters = [("error", error.name)]
        if let code = error.code { parameters.append(("code", code)) }
        if let incidentID { parameters.append(("incident", incidentID)) }
        let custom = error.page == .signIn ? configuration.pages.signIn : configuration.pages.error
        let builtIn = configuration.basePath + (error.page == .signIn ? "/signin" : "/error")
        return redirection(to: absolute(custom ?? builtIn, adding: parameters), keepsLocation: false)
    }

    /// A page's path or absolute URL as an absolute URL with parameters added.
    func absolute(_ page: String, adding parameters: [(String, String)] = []) -> String {
        Self.adding(parameters, to: page.hasPrefix("/") ? generation.originText + page : page)
    }

    static func adding(_ parameters: [(String, String)], to url: String) -> String {
        var url = url
        for (name, value) in parameters {
            url += url.contains("?") ? "&" : "?"
            url += name + "=" + PercentCoding.encodeComponent(value)
        }
        return url
    }

    /// 503: nothing was decided and nothing changed; come back. In development mode with the reason.
    var unavailable: AuthResponse {
        let sentence = "The service is not available for the moment. Please try again."
        let detail = request.id.flatMap { engine.detail(of: $0) }
        return AuthResponse(
            status: .serviceUnavailable, headers: [.contentType: "application/json", .retryAfter: "1"],
            body: JSONValue.object(["message": .string(detail ?? sentence)]).canonicalBytes())
    }

    func report(_ incident: Incident, isRefusal: Bool) {
        var metadata: Logger.Metadata = ["code": .string(incident.code), "reason": .string(incident.message)]
        if let script = incident.script { metadata["script"] = .string(script) }
        if let line = incident.line { metadata["line"] = .stringConvertible(line) }
        if let provider = Route(path: path, basePath: configuration.basePath)?.provider {
            metadata["provider"] = .string(provider)
        }
        if isRefusal, let ip = ClientAddress.known(request, trusted: configuration.trustedProxies) {
            metadata["ip"] = .string(ip)  // who tries passwords or links, for what watches the log
        }
        if !isRefusal, configuration.development != nil, let id = request.id {
            engine.remember(incident.text, of: id)
        }
        logger.log(level: isRefusal ? .notice : .error, isRefusal ? "Refused" : "Failed", metadata: metadata)
    }
}

extension HTTPField.Name {
    // Literals that are valid field names.
    static let xFrameOptions = HTTPField.Name("x-frame-options").unsafelyUnwrapped
    static let referrerPolicy = HTTPField.Name("referrer-policy").unsafelyUnwrapped
    static let pragma = HTTPField.Name("pragma").unsafelyUnwrapped
}
