import Moongate
import Testing

/// What every ``KeyValueStore`` must do, as tests that any driver runs: as ``StoreConformance``, with a store of
/// values.
///
/// ```swift
/// @Suite struct MyKeyValueConformanceTests {
///     @Test func keepsTheContract() async { await KeyValueStoreConformance.run { try await MyValues() } }
///     @Test func keepsTheContractInRaces() async { await KeyValueStoreConformance.runRaces { try await MyValues() } }
/// }
/// ```
public enum KeyValueStoreConformance {
    /// Makes a store in which no case has left anything that matters.
    public typealias MakeStore = @Sendable () async throws -> any KeyValueStore

    /// One rule, named as a sentence.
    struct Case: Sendable {
        let name: String
        let body: @Sendable (Values) async throws -> Void

        init(_ name: String, _ body: @escaping @Sendable (Values) async throws -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Runs every rule that one caller at a time can see.
    public static func run(_ makeStore: MakeStore) async {
        await run(valueCases + integerCases + quotaCases, makeStore)
    }

    /// Runs the rules that hold when many callers write at once. Slower; a separate test, so that a driver may give it
    /// a store with several connections.
    public static func runRaces(_ makeStore: MakeStore) async { await run(raceCases, makeStore) }

    /// The names of all rules, in the order in which they run.
    public static var caseNames: [String] { (valueCases + integerCases + quotaCases + raceCases).map(\.name) }

    private static func run(_ cases: [Case], _ makeStore: MakeStore) async {
        for rule in cases {
            do {
                try await rule.body(Values(try await makeStore()))
            } catch let broken as BrokenRule {
                Issue.record("\(rule.name): \(broken.reason)")
            } catch {
                Issue.record(error, "\(rule.name): an error that the rule does not allow")
            }
        }
    }
}
