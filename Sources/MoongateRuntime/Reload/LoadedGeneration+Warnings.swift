import Logging
import Moongate

extension LoadedGeneration {
    /// Says what works and should not stay as it is.
    func warn(configPath: String, _ logger: Logger) {
        for warning in warnings { logger.warning("\(configPath): \(warning)") }
        for problem in rules.openDefaultProblems + rules.strayRoleProblems {
            var metadata: Logger.Metadata = ["code": .string(problem.code), "script": .string(problem.file)]
            metadata["line"] = problem.line.map { .stringConvertible($0) }
            logger.warning("\(problem.message)", metadata: metadata)
        }
        guard scriptsAreOff else { return }
        let signIn =
            configuration.allowsSignInWithoutScripts
            ? "what signIn.lua refuses is let in, since config.lua allows that" : "nobody can sign in"
        logger.warning(
            "Scripts are off: sessions are read without hooks, \(signIn), and whatever asks for access rules is denied",
            metadata: ["code": .string(Denial.Code.scriptsOff.name)])
    }

    /// Says which names nothing is behind, once they have been looked for; nobody waits for that.
    func warnOfMissingNames(_ logger: Logger) {
        guard !scriptsAreOff else { return }
        Task(priority: .utility) { [missingNames] in
            for name in await missingNames.found() {
                var metadata: Logger.Metadata = ["code": .string(name.code), "reason": .string(name.message)]
                metadata["script"] = name.script.map { .string($0) }
                metadata["line"] = name.line.map { .stringConvertible($0) }
                logger.warning("A script names what is not there", metadata: metadata)
            }
        }
    }
}
