extension PageRenderer {
    /// The sign-in page; always 200.
    public func signIn(_ model: SignInPage) -> Page {
        let leavesSite = model.forms.contains(where: \.leavesSite)
        let fields: PageFields = [
            "csrfToken": HTMLText(model.csrfToken),
            "callbackUrl": HTMLText(model.callbackUrl),
            "message": model.error.map { HTMLText(SignInMessage.text($0)) },
            "forms": forms(model.forms),
        ]
        return page(
            .signIn, title: "Sign In",
            targets: leavesSite ? .anySecure(model.formTargets) : .origins(model.formTargets), fields)
    }

    /// A rule stands wherever a form with fields meets another one. The keyboard starts in the first field.
    private func forms(_ forms: [SignInForm]) -> [PageFields] {
        let focused = forms.firstIndex { !$0.leavesSite }
        return forms.enumerated().map { index, form in
            var fields: PageFields = [
                "action": HTMLText(url: form.action),
                "separated": index > 0 && !(form.leavesSite && forms[index - 1].leavesSite),
                "primary": !form.leavesSite || forms.count == 1,
                "button": HTMLText(form.buttonText),
                "fields": form.inputs.enumerated().map { $1.fields(of: form, focused: index == focused && $0 == 0) },
            ]
            if case .development = form.kind { fields["development"] = true }
            return fields
        }
    }
}

extension SignInForm {
    fileprivate var buttonText: String {
        if case .development = kind { "Sign in" } else { "Sign in with \(name)" }
    }

    fileprivate var inputs: [SignInField] {
        switch kind {
        case .button: []
        case .fields(let fields): SignInField.list(fields)
        case .development(let asksForKey): SignInField.development(asksForKey: asksForKey)
        }
    }
}
