import Logging
import Moongate

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How log lines look.
enum LogFormat: String, CaseIterable, Sendable {
    /// For people: time, level, message, details.
    case text
    /// For programs: one JSON object a line.
    case json
}

/// Writes log lines to standard error, each in one piece, so that lines of different tasks never mix.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    let format: LogFormat
    let isTerminal: Bool

    init(level: Logger.Level, format: LogFormat) {
        logLevel = level
        self.format = format
        isTerminal = isatty(STDERR_FILENO) == 1
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { _, own in own } } ?? metadata
        let line =
            switch format {
            case .json: Self.json(event.level, event.message, all)
            case .text: Self.text(event.level, event.message, all, colored: isTerminal)
            }
        Self.write(line)
    }

    private static func write(_ line: String) {
        let bytes = Array(line.utf8)
        var start = 0
        while start < bytes.count {
            let written = bytes[start...].withUnsafeBytes {
                #if canImport(Glibc)
                    Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #elseif canImport(Musl)
                    Musl.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #else
                    Darwin.write(STDERR_FILENO, $0.baseAddress, $0.count)
                #endif
            }
            guard written > 0 || errno == EINTR else { return }
            start += max(written, 0)
        }
    }

    /// Members in byte order; values are strings, except `line`.
    static func json(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata) -> String {
        var object: [String: JSONValue] = [
            "time": .string(SystemClock().now().iso8601), "level": .string(level.rawValue),
            "message": .string("\(message)".withoutNUL),
        ]
        for (key, value) in metadata where object[key] == nil {
            let text = "\(value)".withoutNUL
            object[key] = key == "line" ? Int64(text).map(JSONValue.integer) ?? .string(text) : .string(text)
        }
        return String(decoding: JSONValue.object(object).canonicalBytes(), as: UTF8.self) + "\n"
    }

    static func text(
        _ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata, colored: Bool
    ) -> String {
        let color =
            switch level {
            case .critical, .error: "31"
            case .warning, .notice: "33"
            default: "2"
            }
        let name = level.rawValue.uppercased()
        let padded = name + String(repeating: " ", count: max(0, 8 - name.count))
        let time = SystemClock().now().iso8601.dropFirst(11).prefix(12)
        var line = colored ? "\u{1B}[2m\(time)\u{1B}[0m \u{1B}[\(color)m\(padded)\u{1B}[0m " : "\(time) \(padded) "
        line += "\(message)".printable
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            line += colored ? "  \u{1B}[2m\(key)=\u{1B}[0m" : "  \(key)="
            line += "\(value)".printable.asValue
        }
        return line + "\n"
    }
}

extension String {
    /// In quotes where blanks or quotes could make one value look like several.
    fileprivate var asValue: String {
        let clipped = utf8.count > 2000 ? String(prefix(1000)) + "…" : self
        guard clipped.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return clipped }
        return "\"" + clipped.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"") + "\""
    }

    fileprivate var withoutNUL: String { contains("\0") ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self }
}
