import HTTPTypes
import MoongateTokens

extension HTTPFetcher {
    /// An answer, or the refusal that says the provider cannot be reached. `place` is our own word for whom we asked.
    func answer(to request: FetchRequest, from place: String) async throws(Denial) -> FetchResponse {
        do {
            return try await fetch(request)
        } catch {
            let code = (error as? FetchError)?.code.name ?? "fetch.failed"
            throw Denial(.provider, "\(place) cannot be reached (\(code))")
        }
    }
}

extension FetchResponse {
    /// Whether the answer calls itself JSON: `application/json` or a type that ends in `+json` (RFC 6839).
    var isJSON: Bool {
        guard let type = headers[.contentType]?.prefix(while: { $0 != ";" }).lowercased() else { return false }
        let bare = type.filter { $0 != " " && $0 != "\t" }
        return bare == "application/json" || (bare.hasPrefix("application/") && bare.hasSuffix("+json"))
    }

    /// The body as a JSON object; `nil` for anything else.
    var object: [String: JSONValue]? { (try? JSONValue(parsing: body))?.objectValue }
}

extension String {
    /// Equality of bytes. Swift's `==` takes canonically equivalent spellings for the same, which an identifier never
    /// is.
    func isExactly(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
