import Moongate

/// A rule that a store broke; ends the case.
struct BrokenRule: Error { let reason: String }

extension StoreConformance {
    static func require(_ holds: Bool, _ reason: @autoclosure () -> String) throws {
        if !holds { throw BrokenRule(reason: reason()) }
    }

    static func requireEqual<Value: Equatable>(_ found: Value, _ wanted: Value, _ what: String) throws {
        try require(found == wanted, "\(what): found \(found), wanted \(wanted)")
    }

    /// The changes are refused with `conflict`, and with nothing else.
    static func requireConflict(_ store: any AuthStore, _ changes: [StoreChange], _ what: String) async throws {
        try require(try await conflicts(store, changes), "\(what) was accepted, and must be a conflict")
    }

    /// Whether the changes were refused with `conflict`; any other error is thrown on.
    static func conflicts(_ store: any AuthStore, _ changes: [StoreChange]) async throws -> Bool {
        do {
            try await store.apply(changes)
            return false
        } catch let error as StoreError where error.code == .conflict {
            return true
        }
    }

    /// Equal byte by byte: Swift's `==` takes composed and decomposed letters as one, and a store must not.
    static func requireSameBytes(_ found: String?, _ wanted: String?, _ what: String) throws {
        try require(
            found.map { Array($0.utf8) } == wanted.map { Array($0.utf8) }, "\(what): other bytes came back")
    }
}
