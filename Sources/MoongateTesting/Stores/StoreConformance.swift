import Moongate
import Testing

/// What every ``AuthStore`` must do, as tests that any driver runs.
///
/// To implement a driver: conform to `AuthStore`, then write one test file that makes an empty store and calls both
/// functions. Each case gets a store of its own and uses keys that no other case uses, so a database that is slow to
/// empty may hand out the same store again and again; only ``StoreConformance/run(_:)`` counts rows, and only its own.
///
/// ```swift
/// @Suite struct MyStoreConformanceTests {
///     @Test func keepsTheContract() async { await StoreConformance.run { try await MyStore.empty() } }
///     @Test func keepsTheContractInRaces() async { await StoreConformance.runRaces { try await MyStore.empty() } }
/// }
/// ```
///
/// A broken rule is recorded as an issue of the running test, with the name of the case; the other cases still run.
public enum StoreConformance {
    /// Makes a store in which no case has left anything that matters.
    public typealias MakeStore = @Sendable () async throws -> any AuthStore

    /// One rule, named as a sentence.
    struct Case: Sendable {
        let name: String
        let body: @Sendable (any AuthStore, Keys) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (any AuthStore, Keys) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs every rule that one caller at a time can see.
    public static func run(_ makeStore: MakeStore) async {
        await run(userCases + emailCases + accountCases + sessionCases + transactionCases, makeStore)
    }

    /// Runs the rules that hold when many callers write at once. Slower; a separate test, so that a driver may give it
    /// a store with several connections.
    public static func runRaces(_ makeStore: MakeStore) async { await run(raceCases, makeStore) }

    /// The names of all rules, in the order in which they run.
    public static var caseNames: [String] {
        (userCases + emailCases + accountCases + sessionCases + transactionCases + raceCases).map(\.name)
    }

    private static func run(_ cases: [Case], _ makeStore: MakeStore) async {
        for rule in cases {
            do {
                try await rule.body(try await makeStore(), Keys(rule: rule.name))
            } catch let broken as BrokenRule {
                Issue.record("\(rule.name): \(broken.reason)")
            } catch {
                Issue.record(error, "\(rule.name): an error that the rule does not allow")
            }
        }
    }
}
