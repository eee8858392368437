import Logging
import LuaHost
import Moongate
import MoongateTokens

extension HostFunction {
    /// `log.debug`, `log.info`, `log.warn`, `log.error`: a message, and a table of fields that go into the log entry
    /// beside it under their own names.
    ///
    /// Scripts hold secrets only as handles, which cannot be an argument here; a value that came back from outside is
    /// taken out. Control characters are the log handler's to escape.
    static func logging(to logger: Logger, hiding known: KnownSecrets) -> [HostFunction] {
        let levels: [(String, Logger.Level)] = [
            ("debug", .debug), ("info", .info), ("warn", .warning), ("error", .error),
        ]
        return levels.map { name, level in
            .immediate("log.\(name)") { bytes in
                // Arguments of an entry that nobody keeps are not read.
                guard logger.logLevel <= level else { return .value([]) }
                let arguments = HostArguments(bytes)
                guard (1...2).contains(arguments.count), case .string(let message)? = arguments[0] else {
                    return .raise("log.\(name) takes a message and a table of fields")
                }
                guard let fields = LogFields(arguments[1].map { known.redacted($0) }) else {
                    return .raise("log.\(name): fields are a table with names")
                }
                logger.log(level: level, "\(known.redacted(message))", metadata: fields.metadata)
                return .value([])
            }
        }
    }
}

/// The second argument of `log.…` as metadata. The script's name is the host's to say.
private struct LogFields {
    var metadata: Logger.Metadata = [:]

    init?(_ value: JSONValue?) {
        switch value {
        case nil, .null?: break
        case .array(let items)? where items.isEmpty: break
        case .object(let members)?:
            for (name, value) in members { metadata[name] = .string(Self.text(value)) }
        default: return nil
        }
        guard let scope = CallScope.current else { return }
        metadata["script"] = .string(scope.file)
        metadata["requestId"] = scope.requestID.map { .string($0) } ?? metadata["requestId"]
    }

    private static func text(_ value: JSONValue) -> String {
        value.stringValue ?? String(decoding: value.canonicalBytes(), as: UTF8.self)
    }
}
