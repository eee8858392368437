import MoongateTokens

@testable import Moongate

/// Rule files without Lua: the data that a file's top level returns, with `{"@function": […]}` for its functions.
enum RuleBench {
    /// Functions are numbered by their place, so that ``ScriptedRules`` knows which is asked for.
    static func source(_ value: JSONValue, name: String = "scripts/rules.lua") -> RuleSource {
        RuleSource(
            name: name, value: value,
            function: { HookReference(index: 0, file: String(decoding: $0.canonicalBytes(), as: UTF8.self)) },
            line: { path in path.split(separator: "[").dropFirst().first.flatMap { Int($0.prefix { $0 != "]" }) } })
    }

    static func rules(_ value: JSONValue) throws -> RuleSet { try RuleSet([source(value)]) }

    static func failures(_ values: JSONValue...) -> [ScriptFailure] {
        do {
            let names = ["scripts/rules.lua", "scripts/rules/a.lua", "scripts/rules/b.lua"]
            _ = try RuleSet(zip(values, names).map { source($0, name: $1) })
            return []
        } catch { return error.failures }
    }

    static func function(_ place: JSONValue...) -> JSONValue { ["@function": .array(place)] }

    static func route(_ path: String, _ more: [String: JSONValue] = ["public": true]) -> JSONValue {
        .object(["path": .string(path)].merging(more) { $1 })
    }

    static func rule(_ path: String, _ methods: Set<String>? = nil, id: String? = nil) throws -> Rule {
        let pattern = try PathPattern(path)
        return Rule(
            place: RulePlace(id: id ?? "\(path) \((methods ?? []).sorted())", file: "scripts/rules.lua", line: nil),
            pattern: pattern, methods: methods, network: nil, readable: ReadableClaims([]))
    }
}

/// What functions answer, and what was asked.
final class ScriptedRules {
    var answers: [String: Result<HookResult, ScriptFailure>] = [:]
    private(set) var calls: [(place: String, call: HookCall)] = []
    private(set) var reads = 0

    /// Drives a core to its end.
    func decide(
        _ rules: RuleSet, _ method: String, _ target: String, host: String = "app.example.com", ip: String? = nil,
        as claims: JSONValue? = nil, now: Int64 = 1_000_000
    ) throws -> Ruling {
        let request = try CanonicalRequest(method: method, host: host, target: target, ip: ip)
        var core = RuleCore(rules, request, now: Timestamp(seconds: now))
        while true {
            switch core.next() {
            case .finish(let ruling): return ruling
            case .readSubject:
                reads += 1
                core.subjectRead(claims.map { RuleSubject(claims: $0.canonicalBytes()) } ?? .nobody)
            case .function(let reference, let call):
                calls.append((reference.file, call))
                switch answers[reference.file] {
                case .success(let result)?: core.functionReturned(result)
                case .failure(let failure)?: core.failed(code: failure.code, message: failure.message)
                case nil: core.failed(code: "test.unknown", message: reference.file)
                }
            }
        }
    }
}

extension HookResult {
    static let yes = HookResult.value(Array("true".utf8), restored: [])
    static let no = HookResult.value(Array("false".utf8), restored: [])
}
