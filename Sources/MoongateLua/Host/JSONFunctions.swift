import LuaHost
import MoongateTokens

extension HostFunction {
    /// `json.encode(value)`: the value as JSON text, keys in byte order.
    static let jsonEncode = HostFunction.immediate("json.encode") { bytes in
        guard let value = HostArguments(bytes)[0], HostArguments(bytes).count == 1 else {
            return .raise("json.encode takes one value")
        }
        return .value(JSONValue.string(String(decoding: value.canonicalBytes(), as: UTF8.self)).canonicalBytes())
    }

    /// `json.decode(text)`: the value, or `nil` and a reason. The dialect is the engine's own strict one.
    static let jsonDecode = HostFunction.immediate("json.decode") { bytes in
        let arguments = HostArguments(bytes)
        guard arguments.count == 1, case .string(let text)? = arguments[0] else {
            return .raise("json.decode takes one string")
        }
        do {
            return .value(try JSONValue(parsing: Array(text.utf8)).canonicalBytes())
        } catch {
            return .failure("\(error)")
        }
    }
}
