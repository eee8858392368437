/// The names of our cookies (contract 2.1). A name is also the salt of what is sealed in it, so they are pairwise
/// different, and a thing sealed for one purpose cannot be opened for another.
struct CookieNames: Sendable {
    let session, callbackURL, csrf, pkce, state, nonce: String
    /// Development mode's key; never on a https site.
    let developmentKey = "moongate.dev-key"

    init(secure: Bool) {
        let prefix = secure ? "__Secure-" : ""
        session = prefix + "authjs.session-token"
        callbackURL = prefix + "authjs.callback-url"
        csrf = (secure ? "__Host-" : "") + "authjs.csrf-token"
        pkce = prefix + "authjs.pkce.code_verifier"
        state = prefix + "authjs.state"
        nonce = prefix + "authjs.nonce"
    }

    /// Every name that seals something.
    var salts: [String] { [session, pkce, state, nonce] }
}
