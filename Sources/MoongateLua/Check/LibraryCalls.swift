import LuaHost
import Moongate

/// Calls of functions of the owner's own `lib/`, as in `local roles = require "roles" … roles.of(user)`. What a library
/// has, the library says: it is asked in a machine, so that those it makes or inherits count.
struct LibraryCalls {
    /// What the code walk calls the value of `require "roles"`.
    static func name(of library: String) -> String { "require(\"\(library)\")" }

    private struct Call {
        let file: CheckedFile
        let library: String
        let function: String
        let line: Int
        /// How many of the same function stand before it in the line.
        let number: Int
    }

    private var calls: [Call] = []
    /// Names that stand in some file otherwise than in a call: who defines or looks at a member may well have it.
    private var excused: Set<String> = []

    /// Remembers what one file calls.
    mutating func add(_ facts: CodeFacts, _ file: CheckedFile, _ libraries: [String: LuaSource]) {
        excused.formUnion(Self.namesOutsideCalls(file.tokens.all))
        var counter = CodeFacts.UseCounter()
        for call in facts.calls where call.name.hasPrefix("require(\"") {
            let number = counter.number(call.name, call.line)
            for library in libraries.keys {
                let prefix = "\(Self.name(of: library))."
                let function = call.name.dropFirst(prefix.count)
                guard call.name.hasPrefix(prefix), !function.contains(".") else { continue }
                calls.append(
                    Call(file: file, library: library, function: String(function), line: call.line, number: number))
            }
        }
    }

    private static func namesOutsideCalls(_ tokens: [LuaTokens.Token]) -> Set<String> {
        var names: Set<String> = []
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .text(let text): names.insert(text)
            case .name(let name) where !isCalled(tokens, index): names.insert(name)
            default: break
            }
        }
        return names
    }

    /// Whether the name at this place is a member that is called, and not one that is defined there.
    private static func isCalled(_ tokens: [LuaTokens.Token], _ index: Int) -> Bool {
        guard index > 1, index + 1 < tokens.count, tokens[index - 1].kind == .symbol(".") else { return false }
        switch tokens[index + 1].kind {
        case .symbol("("), .symbol("{"), .text: break
        default: return false
        }
        var start = index
        while start > 1, tokens[start - 1].kind == .symbol(".") { start -= 2 }
        return start == 0 || tokens[start - 1].kind != .name("function")
    }

    /// Those that probably nothing is behind. Names that stand in any file otherwise are left out, and libraries that make
    /// names while they run.
    func problems(_ scripts: OwnedScripts) -> [CheckProblem] {
        guard !calls.isEmpty, let found = try? functions(scripts) else { return [] }
        return calls.compactMap { call in
            guard let members = found[call.library]?.objectValue, members[call.function] == nil,
                let library = scripts.libraries[call.library], !excused.contains(call.function),
                !Self.makesNames(library)
            else { return nil }
            let known = members.filter { $0.value == true }.keys.sorted()
            let hint =
                NearestName.of(call.function, among: known).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? "it has no functions" : "there are \(known.joined(separator: ", "))")
            let found = call.file.problem(
                "script.unknownMember", "\(library.name) has no function `\(call.function)`; \(hint)",
                at: .init(
                    name: call.function, role: .member(of: call.library), line: call.line, number: call.number))
            return CheckProblem(
                .warning, code: found.code, message: found.message, file: found.file, line: found.line,
                column: found.column)
        }
    }

    /// Whether a library writes to keys that it works out: `M[name] = …`.
    private static func makesNames(_ library: LuaSource) -> Bool {
        let tokens = LuaTokens(library.text).all
        return tokens.indices.dropFirst(3).contains { index in
            guard tokens[index].kind == .symbol("="), tokens[index - 1].kind == .symbol("]") else { return false }
            let isAlone = tokens[index - 3].kind == .symbol("[")
            if case .text = tokens[index - 2].kind { return !isAlone }
            return !isAlone || tokens[index - 2].kind != .number
        }
    }

    /// What each library has of the names that are called, and which functions it lists, when all have been loaded: one may
    /// add to another. One that is no table, or cannot be run here, is left out.
    private func functions(_ scripts: OwnedScripts) throws -> JSONValue {
        let program = try LuaProgram(
            entries: [Self.question], libraries: scripts.libraries, dataLibraries: scripts.dataLibraries,
            constants: scripts.constants, libraryFolder: scripts.libraryFolder,
            functions: HostFunction.forHooks(scripts.owner, SpecWorld(addresses: nil).services),
            limits: LuaLimits(scripts.owner.limits))
        let lease = try LuaPool(program: program, states: 1, running: 1).lease()
        defer { lease.end() }
        var asked: [String: Set<String>] = [:]
        for call in calls { asked[call.library, default: []].insert(call.function) }
        for library in scripts.libraries.keys { asked[library] = asked[library] ?? [] }
        let names = JSONValue.object(asked.mapValues { .array($0.sorted().map(JSONValue.string)) })
        let scope = CallScope(owner: scripts.owner.id, code: "check", file: Self.question.name, subject: nil)
        return try CallScope.$current.withValue(scope) {
            let call = LuaCall(entry: 0, arguments: [.json("asked", names.canonicalBytes())])
            guard case .returned(let result) = lease.start(call) else { return .object([:]) }
            return try JSONValue(parsing: result.bytes)
        }
    }

    /// `{roles: {of: true, limit: false}}`: whether each member is a function.
    private static let question = LuaSource(
        name: "check",
        """
        return function(p)
          local found = {}
          for name in pairs(p.asked) do pcall(require, name) end
          for name, asked in pairs(p.asked) do
            local isThere, library = pcall(require, name)
            if isThere and type(library) == "table" then
              local members = {}
              for key, value in pairs(library) do
                if type(key) == "string" then members[key] = type(value) == "function" end
              end
              for _, key in ipairs(asked) do
                local isRead, value = pcall(function() return library[key] end)
                if not isRead then members[key] = false end
                if isRead and value ~= nil then members[key] = type(value) == "function" end
              end
              found[name] = members
            end
          end
          return found
        end
        """)
}
