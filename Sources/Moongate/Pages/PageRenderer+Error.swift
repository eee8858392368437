extension PageRenderer {
    /// The error page with the status of contract 10.2.
    /// - Parameters:
    ///   - kind: `error` of the query, as it came: `Configuration`, `AccessDenied`, `Verification`; anything else is
    ///     a general error and is not shown.
    ///   - incident: the id under which the log has the reason; shown so that it can be quoted.
    public func error(_ kind: String, incident: String? = nil) -> Page {
        let text = ErrorText(kind)
        return page(
            .error, title: "Error", status: text.status, targets: .origins([]),
            [
                "heading": HTMLText(text.heading),
                "explanation": HTMLText(text.explanation),
                "offersSignIn": text.offersSignIn,
                "incident": incident.map { HTMLText($0) },
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
