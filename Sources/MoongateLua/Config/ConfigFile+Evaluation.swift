import LuaHost
import Moongate
import MoongateTokens

extension ConfigFile {
    /// What the file returns, with its host values as ``ConfigurationMarker`` says.
    func evaluate(_ secrets: any SecretSource) async throws -> JSONValue {
        do {
            let program = try LuaProgram(
                entries: [source], functions: HostFunction.forConfiguration(secrets), limits: Self.limits)
            let lease = try LuaPool(program: program, states: 1, running: 1).lease()
            defer { lease.end() }
            var call = LuaCall(entry: 0, mode: .chunk)
            call.allowsHandles = true
            call.allowsNoValue = true  // has a sentence of its own below
            call.resultName = "config"
            return try table(try await lease.call(call))
        } catch let error as LuaHostError {
            throw ScriptSetError(error.failures.map { ScriptFailure($0, file: name) })
        } catch let failure as LuaFailure {
            throw ScriptSetError([placed(failure)])
        }
    }

    /// What is returned and cannot be has the place of its key.
    private func placed(_ failure: LuaFailure) -> ScriptFailure {
        guard failure.line == nil, let path = failure.path, path.hasPrefix("config") else {
            return ScriptFailure(failure, file: name)
        }
        let key = String(path.dropFirst("config".count).drop { $0 == "." })
        var message = failure.message
        if failure.code == "value.function", key.hasPrefix("providers[") {
            message += "; `provider \"NAME\"` needs a table behind it, as in provider \"dev\" {}"
        }
        return ScriptFailure(
            code: failure.code, message: key.isEmpty ? message : "\(key): \(message)", script: name,
            line: TablePlaces(source.text).place(key)?.line)
    }

    private func table(_ result: LuaResult) throws -> JSONValue {
        switch result.kind {
        case .object, .array: return try JSONValue(parsing: result.bytes)
        default:
            throw ScriptSetError([
                ScriptFailure(code: "config.type", message: "must return one table: `return { … }`", script: name)
            ])
        }
    }

    /// Larger than a hook's: it runs once.
    private static var limits: LuaLimits {
        var limits = LuaLimits()
        limits.steps = 10_000_000
        limits.cpu = .milliseconds(500)
        limits.wall = .seconds(5)
        limits.memoryBytes = 64 << 20
        limits.resultBytes = 256 << 10
        limits.sourceBytes = largestFile
        return limits
    }
}

extension HostFunction {
    /// Everything that `config.lua` may call.
    static func forConfiguration(_ secrets: any SecretSource) -> [HostFunction] {
        [.env(secrets), .secretHandle, .providerHandle]
    }

    /// `env("NAME", default)`: a variable of the environment, the default where it is unset or empty, else `nil`.
    fileprivate static func env(_ secrets: any SecretSource) -> HostFunction {
        .immediate("env") { bytes in
            let arguments = HostArguments(bytes)
            guard (1...2).contains(arguments.count), case .string(let name)? = arguments[0] else {
                return .raise("env takes a name and a default, as in env(\"AUTH_URL\", \"http://localhost:3000\")")
            }
            let value = secrets.variable(name).map { JSONValue.string($0) } ?? arguments[1] ?? .null
            return .value(value.canonicalBytes())
        }
    }

    /// `secret "NAME"`: a handle that names a secret. The value itself never enters Lua.
    fileprivate static let secretHandle = HostFunction.immediate("secret") { bytes in
        let arguments = HostArguments(bytes)
        guard arguments.count == 1, case .string(let name)? = arguments[0],
            EnvironmentSecretSource.isVariableName(name)
        else { return .raise("secret takes one name, as in secret \"AUTH_SECRET\"") }
        return .handle(kind: "secret", payload: JSONValue.string(name).canonicalBytes())
    }

    /// `provider "name" { … }`: a handle around both.
    fileprivate static let providerHandle = HostFunction.immediate("provider") { bytes in
        let arguments = HostArguments(bytes)
        guard arguments.count == 2, case .string(let name)? = arguments[0], let entry = arguments[1] else {
            return .raise("provider takes a name and a table, as in provider \"credentials\" { … }")
        }
        switch entry {
        case .object, .array:
            return .handle(kind: "provider", payload: JSONValue.array([.string(name), entry]).canonicalBytes())
        default: return .raise("provider \"\(name)\" needs a table behind it: provider \"\(name)\" {}")
        }
    }.takingHandles().curried()
}
