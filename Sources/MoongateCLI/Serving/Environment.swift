import MoongateLua

/// The process's environment.
enum Environment {
    static func variable(_ name: String) -> String? { EnvironmentSecretSource().variable(name) }
}
