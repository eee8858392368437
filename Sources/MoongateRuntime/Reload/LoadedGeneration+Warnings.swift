import Logging
import Moongate

extension LoadedGeneration {
    /// Says what works and should not stay as it is.
    func warn(configPath: String, _ logger: Logger) {
        for warning in warnings { logger.warning("\(configPath): \(warning)") }
        for mistake in mistakes {
            var metadata: Logger.Metadata = ["code": .string(mistake.code), "reason": .string(mistake.message)]
            metadata["script"] = mistake.script.map { .string($0) }
            metadata["line"] = mistake.line.map { .stringConvertible($0) }
            logger.warning("A script names what is not there", metadata: metadata)
        }
        guard scriptsAreOff else { return }
        logger.warning(
            configuration.allowsSignInWithoutScripts
                ? "Scripts are off: what signIn.lua refuses is let in, since config.lua allows that"
                : "Scripts are off: sessions are read without hooks, and nobody can sign in",
            metadata: ["code": .string(Denial.Code.scriptsOff.name)])
    }
}
