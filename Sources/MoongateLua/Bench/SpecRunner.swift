import LuaHost
import Moongate

/// Runs specs: each `it` in a machine, a world and hooks of its own, so that nothing of one test is there in the next.
public struct SpecRunner: Sendable {
    /// Only tests whose full name contains this.
    public var filter: String?
    /// How much CPU time all of it may take, and five times as much on the wall; what is not done by then has failed. `nil`:
    /// as long as it takes.
    public var budget: Duration?
    /// Reads URLs as the server's fetcher does; never asked to fetch one. `nil`: specs cannot use `http`.
    public var addresses: (any HTTPFetcher)?
    /// Told of every test as soon as it is done.
    public var progress: (@Sendable (SpecReport.Test) -> Void)?

    /// A runner of everything, without a limit of time.
    public init() {}

    /// Runs the suites one after the other, never two tests at a time.
    /// - Parameter failures: Why further suites cannot run: each is a test that failed.
    public func run(_ suites: [SpecSuite], failures: [ScriptFailure] = []) async -> SpecReport {
        let began = ContinuousClock.now
        let budget = budget.map(SpecBudget.init)
        var report = SpecReport()
        for failure in failures {
            let test = SpecReport.Test(unusable: failure)
            report.tests.append(test)
            progress?(test)
        }
        for suite in suites {
            for spec in suite.specs {
                await SpecFileRun(suite: suite, spec: spec, runner: self, budget: budget).run(into: &report)
            }
        }
        report.duration = ContinuousClock.now - began
        return report
    }
}

/// One spec file.
private struct SpecFileRun {
    let suite: SpecSuite
    let spec: LuaSource
    let runner: SpecRunner
    let budget: SpecBudget?

    func run(into report: inout SpecReport) async {
        let began = ContinuousClock.now
        var listed: [ListedTest] = []
        do {
            listed = try await list()
        } catch {
            add(nil, .failed(located(error, line: nil)), since: began, to: &report)
        }
        for (index, test) in listed.enumerated() where isWanted(test) {
            let began = ContinuousClock.now
            let outcome = test.isPending ? .pending : await outcome(of: test, number: index + 1)
            add(test, outcome, since: began, to: &report)
        }
    }

    private func add(
        _ test: ListedTest?, _ outcome: SpecReport.Outcome, since began: ContinuousClock.Instant,
        to report: inout SpecReport
    ) {
        let result = SpecReport.Test(
            file: spec.name, names: test?.names ?? SpecReport.Test.wholeFile, line: test?.line, outcome: outcome,
            duration: ContinuousClock.now - began)
        report.tests.append(result)
        runner.progress?(result)
    }

    private func isWanted(_ test: ListedTest) -> Bool {
        SpecReport.Test.matches(runner.filter, test.names)
    }

    private func list() async throws -> [ListedTest] {
        let world = SpecWorld(addresses: runner.addresses)
        let result = try await call(0, world)
        return (result.arrayValue ?? []).map(ListedTest.init)
    }

    private func outcome(of test: ListedTest, number: Int) async -> SpecReport.Outcome {
        let world = SpecWorld(addresses: runner.addresses)
        do {
            let result = try await call(number, world)
            if let reason = result["failed"]?.stringValue {
                let missing = world.http.unknown.first.map { "\n\($0) was asked for and is not faked" } ?? ""
                return .failed(SpecPlace.failure(reason + missing, files: files, or: spec.name, test.line))
            }
            guard let unknown = world.http.unknown.first else { return .passed }
            throw ScriptFailure(
                code: "spec.http",
                message: "\(unknown) was asked for and is not faked; say what answers: "
                    + "http.fake(\"\(unknown)\", { status = 200, json = {} })")
        } catch {
            return .failed(located(error, line: test.line))
        }
    }

    /// One run of the file, in a machine of its own.
    private func call(_ number: Int, _ world: SpecWorld) async throws -> JSONValue {
        let limits = try limits()
        let services = world.services
        // What only lists its tests calls no hook, and one that does not load has to fail tests, not the list.
        let hooks = number == 0 ? SpecHookSource(NoHooks()) : try await hookSource(services)
        let program = try program(hooks, world, services, limits)
        let lease = try LuaPool(program: program, states: 1, running: 1).lease()
        defer {
            budget?.spend(lease.used.cpuNanoseconds, hooks: hooks.runner)
            lease.end()
        }
        let argument = LuaArgument.json("run", Array(String(number).utf8))
        let scope = CallScope(owner: suite.scripts.owner.id, code: "spec", file: spec.name, subject: nil)
        let result = try await CallScope.$current.withValue(scope) {
            try await lease.call(LuaCall(entry: 0, arguments: [argument]))
        }
        return try JSONValue(parsing: result.bytes)
    }

    private func hookSource(_ services: HostServices) async throws -> SpecHookSource {
        let runner = try await LuaHookRunner.load([suite.scripts], services: services)
        guard let reconfigured = suite.reconfigured else { return SpecHookSource(runner) }
        return SpecHookSource(runner) { settings in
            try await LuaHookRunner.load([try await reconfigured(settings)], services: services)
        }
    }

    private func program(
        _ hooks: SpecHookSource, _ world: SpecWorld, _ services: HostServices, _ limits: LuaLimits
    ) throws -> LuaProgram {
        let owner = suite.scripts.owner
        let functions =
            HostFunction.forHooks(owner, services) + HostFunction.hooks(hooks)
            + HostFunction.forSpecs(world, fixtures: suite.fixtures)
        var libraries = suite.scripts.libraries
        libraries[SpecLibrary.name] = SpecLibrary.library
        libraries[SpecLibrary.fileName] = SpecLibrary.source(spec)
        return try LuaProgram(
            entries: [SpecLibrary.driver], libraries: libraries, dataLibraries: suite.scripts.dataLibraries,
            constants: suite.scripts.constants, libraryFolder: suite.scripts.libraryFolder, functions: functions,
            limits: limits, seed: services.seed)
    }

    /// Larger than a hook's: a spec calls many hooks, each of which has its own budgets.
    private func limits() throws -> LuaLimits {
        var limits = LuaLimits()
        limits.steps = 20_000_000
        limits.cpu = .seconds(2)
        limits.wall = .seconds(10)
        limits.memoryBytes = 64 << 20
        limits.resultBytes = 1 << 20
        limits.hostCalls = 10_000
        limits.sourceBytes += SpecLibrary.prefix.utf8.count
        guard let left = try budget?.left() else { return limits }
        limits.cpu = min(limits.cpu, left.cpu)
        limits.wall = min(limits.wall, left.wall)
        return limits
    }

    private var files: [String] { [spec.name] + suite.scripts.libraries.values.map(\.name) }

    private func located(_ error: any Error, line: Int?) -> ScriptFailure {
        let failure: ScriptFailure
        switch error {
        case let error as ScriptFailure: failure = error
        case let error as LuaFailure:
            // The limit that it may be about is the specs' own, which no setting raises.
            failure = ScriptFailure(
                code: error.code, message: error.path.map { "\($0): \(error.message)" } ?? error.message,
                script: error.script ?? spec.name, line: error.line)
        case let error as LuaHostError:
            // The library that specs are written with compiles; what does not is the file, or one of the owner's.
            failure =
                error.failures.first.map { ScriptFailure($0, file: spec.name) }
                ?? ScriptFailure(code: error.code, message: "does not compile", script: spec.name)
        case let error as ScriptSetError:
            failure = error.failures.first ?? ScriptFailure(code: "script.error", message: "\(error)")
        default: failure = ScriptFailure(code: "script.error", message: "\(error)")
        }
        guard failure.script == nil || failure.script == SpecLibrary.driver.name else { return failure }
        return ScriptFailure(code: failure.code, message: failure.message, script: spec.name, line: line)
    }
}

/// What listing a file says of one test.
private struct ListedTest {
    let names: [String]
    let line: Int?
    let isPending: Bool

    init(_ value: JSONValue) {
        names = (value["names"]?.arrayValue ?? []).compactMap(\.stringValue)
        line = value["line"]?.integerValue.flatMap(Int.init(exactly:))
        isPending = value["pending"] == true
    }
}
