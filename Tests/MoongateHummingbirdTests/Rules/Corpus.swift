import Foundation
import HTTPTypes
import Moongate
import MoongateTokens

/// The requests of `Tests/Corpus` and who asks: the same in every shape of the product.
struct Corpus {
    struct Entry: Decodable, Sendable {
        let method: String
        let target: String
        let host: String
        let ip: String
        var user: String?
        var bearer: Bool?
        var headers: [String: String]?
        /// Verdict, code and rule.
        let expect: String
    }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
        path: "../../Corpus"
    ).standardized.path

    let entries: [Entry]
    /// `@fresh` replaced by a minute before `now`.
    let users: [String: Claims]

    init(now: Int64) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.folder + "/decisions.json"))
        let document = try JSONValue(parsing: Array(bytes))
        entries = try document["requests"]?.decode([Entry].self) ?? []
        users = (document["users"]?.objectValue ?? [:]).mapValues { claims in
            Claims((claims.objectValue ?? [:]).mapValues { $0 == "@fresh" ? .integer(now - 60) : $0 })
        }
    }

    /// A request of the entry, with a session where there is a user.
    func request(_ entry: Entry, cookie: String?) throws -> AuthRequest {
        var headers = HTTPFields()
        for (name, value) in entry.headers ?? [:] {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        if let cookie {
            if entry.bearer == true {
                headers[.authorization] = "Bearer " + cookie.drop { $0 != "=" }.dropFirst()
            } else {
                headers[.cookie] = cookie
            }
        }
        return AuthRequest(
            method: .init(rawValue: entry.method) ?? .get, target: entry.target, authority: entry.host,
            headers: headers,
            peer: PeerAddress(entry.ip))
    }
}

/// A copy of the corpus's site, where its decision log may be written.
final class CorpusFolder: Sendable {
    let path: String
    var configPath: String { "\(path)/config.lua" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "moongate-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: Corpus.folder + "/site", toPath: path)
        try? FileManager.default.removeItem(atPath: "\(path)/decisions.jsonl")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The decision log's records, without what tells one request from another.
    func records() throws -> [String] {
        try String(contentsOfFile: "\(path)/decisions.jsonl", encoding: .utf8).split(separator: "\n").map { line in
            var members = try JSONValue(parsing: Array(line.utf8)).objectValue ?? [:]
            members["time"] = nil
            members["requestId"] = nil
            return String(decoding: JSONValue.object(members).canonicalBytes(), as: UTF8.self)
        }
    }
}
