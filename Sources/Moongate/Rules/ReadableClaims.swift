import CJSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What functions of a rule file may read of the user: `id`, `name`, `email`, `roles`, and what the file names in `claims`.
final class ReadableClaims: @unchecked Sendable {  // C strings of its own: written once, freed at its end
    /// Sorted by bytes.
    let names: [String]
    /// The `user` of a function: another claim cannot be read.
    let strict: HookCall.StrictTable
    private let pointers: [UnsafePointer<CChar>?]

    static let always = ["email", "id", "name", "roles"]

    init(_ claims: [String]) {
        names = Set(Self.always + claims).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        strict = HookCall.StrictTable(
            argument: "user", path: "c.user", reason: "not named in claims", fields: names)
        pointers = names.map { UnsafePointer(strdup($0)) }
    }

    deinit {
        for pointer in pointers { free(UnsafeMutablePointer(mutating: pointer)) }
    }

    /// The raw value of each of ``names`` in an object that has been checked before.
    func withValues<Result>(
        in object: [UInt8], _ body: (UnsafeMutableBufferPointer<cj_span>) throws -> Result
    ) rethrows -> Result {
        try RawObject.withValues(of: pointers, in: object, body)
    }
}
