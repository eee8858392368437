import Moongate
import MoongateLua

/// Lets a reload pass when the specs of its scripts hold: those of the site and of the plugins in use, on the bytes that
/// were just read.
struct SpecGate {
    /// CPU time for all specs together, with five times as much on the wall: whoever saves a file waits for them.
    static let time = Duration.seconds(2)

    /// The site's folder, where fixtures are.
    let directory: String
    /// Reads URLs; nothing is fetched.
    let addresses: (any HTTPFetcher)?

    /// - Throws: ``MoongateLua/ScriptSetError`` with every spec that fails, and every one that there was no time for.
    func check(_ files: SiteScripts, _ parsed: ParsedConfiguration) async throws {
        let (suites, broken) = await SpecSuite.suites(
            of: files, directory: directory, parsed: parsed, onlyPluginsInUse: true)
        var runner = SpecRunner()
        runner.budget = Self.time
        runner.addresses = addresses
        let failures = await runner.run(suites, failures: broken).failures
        guard failures.isEmpty else { throw ScriptSetError(failures) }
    }
}
