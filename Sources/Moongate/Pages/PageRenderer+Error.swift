extension PageRenderer {
    /// The error page with the status of contract 10.2.
    /// - Parameters:
    ///   - kind: `error` of the query, as it came: `Configuration`, `AccessDenied`, `Verification`; anything else is
    ///     a general error and is not shown.
    ///   - incident: the id under which the log has the reason; shown so that it can be quoted.
    ///   - detail: the reason itself: in development mode only.
    public func error(_ kind: String, incident: String? = nil, detail: String? = nil) -> Page {
        error(ErrorText(kind), incident: incident, detail: detail)
    }

    /// 503: the start page cannot be shown, because the session cannot be read.
    func unavailable(incident: String?, detail: String?) -> Page {
        var text = ErrorText("")
        text.status = 503
        text.heading = "Not available"
        text.explanation = "Your session cannot be read at the moment. You are still signed in: please try again."
        return error(text, incident: incident, detail: detail)
    }

    private func error(_ text: ErrorText, incident: String?, detail: String?) -> Page {
        return page(
            .error, title: "Error", status: text.status, targets: .origins([]),
            [
                "heading": HTMLText(text.heading),
                "explanation": HTMLText(text.explanation),
                "offersSignIn": text.offersSignIn,
                "incident": incident.map { HTMLText($0) },
                "detail": detail.map { HTMLText($0) },
            ])
    }
}

/// What an error page says.
private struct ErrorText {
    var status = 200
    var heading = "Error"
    var explanation = "Something went wrong. Please try again."
    var offersSignIn = false

    init(_ kind: String) {
        switch kind {
        case "Configuration":
            status = 500
            heading = "Server error"
            explanation = "Signing in does not work at the moment. The fault is on our side: please try again later."
        case "AccessDenied":
            status = 403
            heading = "Access Denied"
            explanation = "This account may not sign in here."
            offersSignIn = true
        case "Verification":
            status = 403
            heading = "Unable to sign in"
            explanation = "The link does not work any more. It has been used already, or it is too old."
            offersSignIn = true
        default:
            break
        }
    }
}
