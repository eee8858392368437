import LuaHost
import Moongate
import MoongateTokens

/// One owner's part in a hook or in an event: a function, and where it is found.
struct HookPart: Sendable {
    let hook: HookName
    /// Only with ``HookName/events``.
    let event: String?
    /// `scripts/jwt.lua`, `plugins/audit/init.lua`.
    let file: String
    /// The program's entry, and how the function is reached from it.
    let entry: Int
    let mode: LuaCall.Mode
    /// Only with ``HookName/rules``.
    var rule: RulePart?
}

extension OwnerProgram {
    /// The parts that the files' names promise; what is promised by contents is found by ``validatedParts()``.
    var namedParts: [HookPart] {
        scripts.entries.enumerated().compactMap { index, entry in
            guard case .hook(let hook) = entry.role else { return nil }
            return HookPart(hook: hook, event: nil, file: entry.source.name, entry: index, mode: .hook)
        }
    }

    /// Runs the top level of each file once and finds the functions that it returns: what cannot even do that would
    /// fail at every request.
    func parts() async -> FoundParts {
        var found = FoundParts()
        for (index, entry) in scripts.entries.enumerated() {
            do {
                if entry.role == .rules {
                    let document = try await ruleDocument(index, entry.source)
                    found.parts += document.parts
                    found.rules.append(document)
                    continue
                }
                let result = try await runTopLevel(index, entry.source.name)
                let returned = ReturnedHooks(entry.source, entry: index, result)
                switch entry.role {
                case .hook(let hook): found.parts += try returned.function(hook)
                case .events: found.parts += try returned.events()
                case .plugin(let hooks): found.parts += try returned.hooks(declared: hooks)
                case .rules: break
                }
            } catch let failure as LuaFailure {
                found.failures.append(ScriptFailure(failure, of: entry.source))
            } catch let error as ScriptSetError {
                found.failures += error.failures
            } catch {
                let message = "cannot be run: \(error)"
                found.failures.append(
                    ScriptFailure(code: "script.error", message: message, script: entry.source.name))
            }
        }
        return found
    }

    private func runTopLevel(_ index: Int, _ file: String) async throws -> LuaResult {
        var call = LuaCall(entry: index, mode: .chunk)
        call.allowsFunctions = true
        call.allowsNoValue = true
        let lease = try pool.lease()
        defer { lease.end() }
        return try await CallScope.$current.withValue(scope(file: file, subject: nil)) { try await lease.call(call) }
    }
}

/// What an owner's files hold, as far as they can be used, and what is wrong with the others.
struct FoundParts {
    var parts: [HookPart] = []
    var rules: [RuleDocument] = []
    var failures: [ScriptFailure] = []
}

/// What the top level of a file returned, and whether it is what it should be.
private struct ReturnedHooks {
    let file: String
    let entry: Int
    let result: LuaResult
    private let places: LazyPlaces

    init(_ source: LuaSource, entry: Int, _ result: LuaResult) {
        file = source.name
        places = LazyPlaces(source.text)
        self.entry = entry
        self.result = result
    }

    func function(_ hook: HookName) throws -> [HookPart] {
        guard result.kind == .function else {
            throw refusal("hook.notFunction", "must return a function: `return function(p) … end`")
        }
        return [HookPart(hook: hook, event: nil, file: file, entry: entry, mode: .hook)]
    }

    func events() throws -> [HookPart] {
        guard let members = table else {
            throw refusal(
                "hook.notFunction", "must return a table of functions: `return { signIn = function(e) … end }`")
        }
        return try events(members, path: [], prefix: "")
    }

    /// What a plugin's `init.lua` returns has to be what its manifest declares: whoever reads the one knows the other.
    func hooks(declared: [HookName]) throws -> [HookPart] {
        guard let members = table else {
            throw refusal("hook.notFunction", "must return a table of hooks: `return { jwt = function(p) … end }`")
        }
        var parts: [HookPart] = []
        var failures: [ScriptFailure] = []
        for name in members.keys.sorted() where !declared.contains(where: { $0.rawValue == name }) {
            failures.append(undeclared(name, declared))
        }
        for hook in declared {
            switch members[hook.rawValue] {
            case nil:
                failures.append(
                    failure("plugin.hooks", "plugin.lua declares `\(hook.rawValue)`, and it is not returned"))
            case let value? where hook == .events:
                do {
                    guard let events = Self.table(value) else {
                        throw refusal("hook.notFunction", "events: must be a table", at: "events")
                    }
                    parts += try self.events(events, path: [.string("events")], prefix: "events.")
                } catch let error as ScriptSetError { failures += error.failures }
            case let value? where Self.isFunction(value):
                let path = JSONValue.array([.string(hook.rawValue)]).canonicalBytes()
                parts.append(HookPart(hook: hook, event: nil, file: file, entry: entry, mode: .member(path: path)))
            case _?:
                failures.append(
                    failure("hook.notFunction", "\(hook.rawValue): must be a function", at: hook.rawValue))
            }
        }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
        return parts
    }

    private func events(_ members: [String: JSONValue], path: [JSONValue], prefix: String) throws -> [HookPart] {
        var parts: [HookPart] = []
        var failures: [ScriptFailure] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if !HookName.eventNames.contains(name) {
                let hint = NearestName.of(name, among: HookName.eventNames).map { "did you mean `\($0)`?" }
                let known = HookName.eventNames.joined(separator: ", ")
                failures.append(
                    failure(
                        "hook.unknownEvent",
                        "\(prefix)\(name): there is no such event; \(hint ?? "there are \(known)")", at: prefix + name))
            } else if Self.isFunction(value) {
                let place = JSONValue.array(path + [.string(name)]).canonicalBytes()
                parts.append(
                    HookPart(hook: .events, event: name, file: file, entry: entry, mode: .member(path: place)))
            } else {
                failures.append(failure("hook.notFunction", "\(prefix)\(name): must be a function", at: prefix + name))
            }
        }
        guard failures.isEmpty else { throw ScriptSetError(failures) }
        return parts
    }

    private func undeclared(_ name: String, _ declared: [HookName]) -> ScriptFailure {
        if HookName(rawValue: name) != nil {
            return failure(
                "plugin.hooks", "returns `\(name)`, which plugin.lua does not declare in `hooks`", at: name)
        }
        let known = HookName.ofPlugins.map(\.rawValue)
        let hint = NearestName.of(name, among: known).map { "did you mean `\($0)`?" }
        return failure(
            "plugin.hooks", "\(name): there is no such hook; \(hint ?? "there are \(known.joined(separator: ", "))")",
            at: name)
    }

    /// The members of the outermost table; `nil` when it is none.
    private var table: [String: JSONValue]? {
        guard result.kind == .object || result.kind == .array else { return nil }
        return (try? JSONValue(parsing: result.bytes)).flatMap(Self.table)
    }

    private static func table(_ value: JSONValue) -> [String: JSONValue]? {
        switch value {
        case .object(let members) where members["@function"] == nil: members
        case .array(let items) where items.isEmpty: [:]
        default: nil
        }
    }

    private static func isFunction(_ value: JSONValue) -> Bool { value["@function"] != nil }

    /// - Parameter path: Of the member that is wrong; empty for what the file returns as a whole.
    private func failure(_ code: String, _ message: String, at path: String = "") -> ScriptFailure {
        ScriptFailure(code: code, message: message, script: file, line: places.found.place(path)?.line)
    }

    private func refusal(_ code: String, _ message: String, at path: String = "") -> ScriptSetError {
        ScriptSetError([failure(code, message, at: path)])
    }
}

extension ScriptFailure {
    /// Of the top level of a file. What it returned is looked at when no line runs any more, so there is only a path, as in
    /// `rules.routes[2].when`.
    fileprivate init(_ failure: LuaFailure, of source: LuaSource) {
        let plain = ScriptFailure(failure, file: source.name)
        guard plain.line == nil, plain.script == source.name, let path = failure.path else {
            self = plain
            return
        }
        let below = path.drop { $0 != "." && $0 != "[" }
        let place = TablePlaces(source.text).place(String(below.first == "." ? below.dropFirst() : below))
        self.init(code: plain.code, message: plain.message, script: plain.script, line: place?.line)
    }
}

/// Places that are looked for once, and only when something is wrong.
private final class LazyPlaces {
    private let text: [UInt8]
    lazy var found = TablePlaces(text)

    init(_ text: [UInt8]) { self.text = text }
}
