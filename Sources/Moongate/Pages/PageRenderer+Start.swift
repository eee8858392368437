extension PageRenderer {
    /// The start page; always 200.
    public func start(_ model: StartPage) -> Page {
        var fields: PageFields = [
            "signOutUrl": HTMLText(url: model.signOutUrl),
            "signedIn": model.isSignedIn,
            "development": model.isDevelopment,
            "refusedFiles": model.isDevelopment ? model.refusedFiles.map { HTMLText($0) } : nil,
            "csrfToken": model.csrfToken.map { HTMLText($0) },
        ]
        if model.isSignedIn {
            fields["session"] = HTMLText(PrettyJSON.text(model.session))
            fields["user"] = user(model)
        }
        return page(.start, title: siteName, targets: .origins([]), fields)
    }

    private func user(_ model: StartPage) -> PageFields {
        let texts = [model.userName, model.userEmail].compactMap { $0 }.filter { !$0.isEmpty }
        let first = texts.first ?? "Somebody without a name"
        return [
            "initial": HTMLText(first.prefix(1).uppercased()),
            "primaryText": HTMLText(first),
            "secondaryText": texts.count > 1 ? HTMLText(texts[1]) : nil,
        ]
    }
}
