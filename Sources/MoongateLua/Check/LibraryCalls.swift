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

    /// Remembers what one file calls.
    mutating func add(_ facts: CodeFacts, _ file: CheckedFile, _ libraries: [String: LuaSource]) {
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

    /// Those that nothing is behind. A name that the library's text holds may get a value while it runs.
    func problems(_ scripts: OwnedScripts) -> [CheckProblem] {
        guard !calls.isEmpty, let found = try? functions(scripts) else { return [] }
        return calls.compactMap { call in
            guard let members = found[call.library]?.objectValue, members[call.function] == nil,
                let library = scripts.libraries[call.library],
                !LuaTokens(library.text).all.contains(where: { $0.kind.isNameOrText(call.function) })
            else { return nil }
            let known = members.filter { $0.value == true }.keys.sorted()
            let hint =
                NearestName.of(call.function, among: known).map { "did you mean `\($0)`?" }
                ?? (known.isEmpty ? "it has no functions" : "there are \(known.joined(separator: ", "))")
            return call.file.problem(
                "script.unknownFunction", "\(library.name) has no function `\(call.function)`; \(hint)",
                at: .init(
                    name: call.function, role: .member(of: call.library), line: call.line, number: call.number))
        }
    }

    /// What each library has of the names that are called, and which functions it lists. One that is no table, or cannot
    /// be run here, is left out.
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
          for name, asked in pairs(p.asked) do
            local isThere, library = pcall(require, name)
            if isThere and type(library) == "table" then
              local members = {}
              for key, value in pairs(library) do
                if type(key) == "string" then members[key] = type(value) == "function" end
              end
              for _, key in ipairs(asked) do
                if library[key] ~= nil then members[key] = type(library[key]) == "function" end
              end
              found[name] = members
            end
          end
          return found
        end
        """)
}

extension LuaTokens.Kind {
    fileprivate func isNameOrText(_ text: String) -> Bool { self == .name(text) || self == .text(text) }
}
