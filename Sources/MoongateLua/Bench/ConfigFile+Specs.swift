import Moongate
import MoongateTokens

extension ConfigFile {
    /// The configuration as specs need it, which is what it says of scripts and plugins: it need not be one that serves on
    /// this machine. Secrets that are not here are made up, and the `dev` provider may be there.
    ///
    /// - Throws: As ``load(environment:development:developmentSecret:)``.
    public func loadForSpecs() async throws -> ParsedConfiguration {
        let secrets = SpareSecrets(source: EnvironmentSecretSource(dotEnv: dotEnv.map { DotEnv.parse($0) } ?? [:]))
        let document = try await evaluate(secrets)
        do {
            return try ConfigurationParser(secrets: secrets).parse(document)
        } catch let strict as ConfigurationError {
            let mode = DevelopmentMode(key: Secret(Base64URL.encode(try randomBytes(18))))
            guard let parsed = try? ConfigurationParser(secrets: secrets, development: mode).parse(document) else {
                throw strict
            }
            return parsed
        }
    }
}

/// Gives every secret some value.
private struct SpareSecrets: SecretSource {
    let source: EnvironmentSecretSource

    func variable(_ name: String) -> String? { source.variable(name) }

    func secret(_ name: String) throws -> Secret? {
        if let secret = try? source.secret(name) { return secret }
        return Secret("a-secret-for-specs-which-opens-nothing-\(name)")
    }
}
