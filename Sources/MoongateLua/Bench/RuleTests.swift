import LuaHost
import Moongate

/// The `tests` of rule files: each a request that is judged by all rules of the site, with functions that run as they do
/// in a request, in a world like that of specs: nobody is asked over the network, and time stands still.
public struct RuleTests: Sendable {
    /// For all of them together: whoever saves a file, or starts a server, waits for them. Far more than they take, since a
    /// busy machine is no reason to refuse a file.
    public static let time = Duration.seconds(20)

    private let scripts: OwnedScripts
    private let configuration: Configuration
    private let addresses: (any HTTPFetcher)?
    private let budget: Duration?

    /// The tests of the site's rules.
    /// - Parameters:
    ///   - scripts: The site's own.
    ///   - configuration: Its providers and origins are what verdicts are checked against.
    ///   - addresses: Reads URLs as the server's fetcher does; never asked to fetch one.
    ///   - budget: What is not done by then has failed; `nil`: as long as it takes.
    public init(
        _ scripts: OwnedScripts, configuration: Configuration, addresses: (any HTTPFetcher)?,
        budget: Duration? = RuleTests.time
    ) {
        self.scripts = scripts
        self.configuration = configuration
        self.addresses = addresses
        self.budget = budget
    }

    /// Runs them in the order of files and lines.
    /// - Parameters:
    ///   - files: Only tests of files with such a name.
    ///   - filter: As ``SpecReport/Test/matches(_:_:)`` takes it.
    ///   - progress: Told of every test as soon as it is done.
    public func run(
        files isWanted: (String) -> Bool = { _ in true }, filter: String? = nil,
        progress: (@Sendable (SpecReport.Test) -> Void)? = nil
    ) async -> SpecReport {
        let began = ContinuousClock.now
        var report = SpecReport()
        func add(_ test: SpecReport.Test) {
            report.tests.append(test)
            progress?(test)
        }
        let world = SpecWorld(addresses: addresses)
        do {
            let runner = try await LuaHookRunner.load([scripts], services: world.services)
            for test in runner.rules.tests
            where isWanted(test.file) && SpecReport.Test.matches(filter, [test.name]) {
                let one = ContinuousClock.now
                var failure: ScriptFailure?
                if let budget, one - began > budget {
                    failure = test.failure("spec.budget", "the tests of rules together took longer than they may")
                } else {
                    failure = await test.failure(
                        in: runner.rules, scripts: runner, configuration, now: world.clock.now())
                }
                add(
                    SpecReport.Test(
                        file: test.file, names: [test.name], line: test.line,
                        outcome: failure.map(SpecReport.Outcome.failed) ?? .passed,
                        duration: ContinuousClock.now - one))
            }
        } catch let error as ScriptSetError {
            for failure in error.failures { add(SpecReport.Test(unusable: failure)) }
        } catch {
            add(.init(unusable: .init(code: "script.error", message: "\(error)", script: "scripts/rules.lua")))
        }
        report.duration = ContinuousClock.now - began
        return report
    }
}
