/// The call that a host function serves. It comes from the host's own record of the call, never from a value of Lua's.
///
/// Set as a task-local around every call of an owner whose functions look at it.
struct CallScope: Sendable {
    @TaskLocal static var current: CallScope?

    /// `scripts`, or a plugin's id.
    let owner: String
    /// Which version of the owner's code: changes whenever a byte of it does.
    let code: String
    /// `scripts/jwt.lua`.
    let file: String
    /// Whom the request is about: the session's `sub` or the user's id; `nil` where nobody is known yet.
    let subject: String?
    /// Of the request that is served, as the log names it.
    var requestID: String?
    /// Where what the call found in the cache is counted.
    var account: ScriptAccount?
}
