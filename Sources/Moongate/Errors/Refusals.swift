/// A `signIn` hook refused: the client sees `AccessDenied`, the log has the script's own code.
struct SignInRefusal: Error {
    let denial: Denial
}

/// Credentials that belong to nobody: the client sees `CredentialsSignin` with a code (contract 8.1).
struct CredentialsRefusal: Error {
    let code: String
    let reason: String
}
