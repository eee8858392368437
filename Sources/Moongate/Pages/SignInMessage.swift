/// The sentence for an `error` of the sign-in page (contract 11). The value itself is never shown.
enum SignInMessage {
    static func text(_ error: String) -> String {
        switch error {
        case "Signin", "OAuthSignin", "OAuthCallbackError", "OAuthCallback", "OAuthCreateAccount",
            "EmailCreateAccount", "Callback":
            "That did not work. Please try again, or use another account."
        case "OAuthAccountNotLinked":
            "This address is already in use here. Please sign in the way you did the first time."
        case "EmailSignin":
            "The e-mail could not be sent."
        case "CredentialsSignin":
            "Sign-in failed. Please check what you have typed."
        case "SessionRequired":
            "Please sign in to see this page."
        default:
            "Sign-in did not work. Please try again."
        }
    }
}
