import CJSON

/// Names of claims that are looked up together, as often as somebody asks: kept in the form that the lookup takes.
struct ClaimNames: Sendable {
    /// Sorted by bytes, each once.
    let names: [String]
    /// All names one after the other, each with its NUL.
    private let block: [CChar]
    private let starts: [Int]

    init(_ claims: [String]) {
        names = Set(claims).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var block: [CChar] = []
        starts = names.map { name in
            defer { block += name.utf8CString }
            return block.count
        }
        self.block = block
    }

    /// The raw value of each of ``names``, empty where it is absent, in an object that has been checked before.
    func withValues<Result>(
        in object: [UInt8], _ body: (UnsafeMutableBufferPointer<cj_span>) throws -> Result
    ) rethrows -> Result {
        try block.withUnsafeBufferPointer { block in
            try RawObject.withValues(of: starts.map { start in block.baseAddress.map { $0 + start } }, in: object, body)
        }
    }
}
