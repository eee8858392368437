/// One labelled field of a form.
struct SignInField: Sendable {
    var name: String
    var label: String
    var type = "text"
    var placeholder: String?
    var autocomplete: String?
    var hint: String?
    var required = false

    /// The fields of a credentials provider. A password manager is told which is the name and which the password.
    static func list(_ fields: [CredentialsConfiguration.Field]) -> [SignInField] {
        let hasPassword = fields.contains { $0.type == "password" }
        let userName = hasPassword ? fields.firstIndex { ["text", "email", "tel"].contains($0.type) } : nil
        return fields.enumerated().map { index, field in
            SignInField(
                name: field.name, label: field.label, type: knownType(field.type), placeholder: field.placeholder,
                autocomplete: field.type == "password" ? "current-password" : index == userName ? "username" : nil)
        }
    }

    /// The fields of the `dev` provider.
    static func development(asksForKey: Bool) -> [SignInField] {
        let key = SignInField(
            name: "key", label: "Key", type: "password", autocomplete: "off",
            hint: "Printed on the terminal when the server starts. The link printed there brings it along.",
            required: true)
        let person = [
            SignInField(
                name: "email", label: "E-mail", type: "email", placeholder: "ada@example.com", autocomplete: "off",
                required: true),
            SignInField(name: "name", label: "Name", placeholder: "Ada Lovelace", autocomplete: "off"),
            SignInField(
                name: "groups", label: "Groups", placeholder: "admins, staff", autocomplete: "off",
                hint: "Comma separated; scripts see them as profile.groups."),
        ]
        return asksForKey ? [key] + person : person
    }

    /// What the template names; the id is the one that clients and tests know (contract 11).
    func fields(of form: SignInForm, focused: Bool) -> PageFields {
        [
            "inputId": HTMLText("input-\(name)-for-\(form.id)-provider"),
            "name": HTMLText(name),
            "label": HTMLText(label),
            "type": HTMLText(type),
            "placeholder": placeholder.map { HTMLText($0) },
            "autocomplete": autocomplete.map { HTMLText($0) },
            "hint": hint.map { HTMLText($0) },
            "required": required,
            "focused": focused,
        ]
    }

    /// A type that takes typed text; anything else (`file`, `image`, `hidden`) is a text field.
    private static func knownType(_ type: String) -> String {
        ["text", "password", "email", "tel", "url", "number", "search", "date"].contains(type) ? type : "text"
    }
}
