import MoongateLua
import MoongateTokens

/// The process's environment.
enum Environment {
    static func variable(_ name: String) -> String? { EnvironmentSecretSource().variable(name) }

    /// A secret as `serve` finds it: the variable, the file that `NAME_FILE` names, or one of `$CREDENTIALS_DIRECTORY`.
    /// - Throws: `CommandFailure` where the file cannot be used.
    static func secret(_ name: String) throws -> Secret? {
        do { return try EnvironmentSecretSource().secret(name) } catch {
            throw CommandFailure(.usage, "moongate: \(name): \(error)")
        }
    }
}
