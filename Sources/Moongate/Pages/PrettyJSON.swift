/// Lays out a JSON document for people: two spaces a level. Tokens are kept byte for byte; only white space changes.
///
/// It reads any bytes without failing: what is not JSON comes out oddly laid out, and nothing worse.
enum PrettyJSON {
    static func text(_ document: [UInt8]) -> String {
        var layout = Layout(reading: document)
        return layout.run()
    }

    private struct Layout {
        let input: [UInt8]
        var at = 0
        var depth = 0
        var output: [UInt8] = []

        init(reading document: [UInt8]) {
            input = document
            output.reserveCapacity(document.count * 2)
        }

        mutating func run() -> String {
            while at < input.count {
                let byte = input[at]
                at += 1
                switch byte {
                case UInt8(ascii: "\""): copyString()
                case UInt8(ascii: "{"), UInt8(ascii: "["): open(byte)
                case UInt8(ascii: "}"), UInt8(ascii: "]"): close(byte)
                case UInt8(ascii: ","):
                    output.append(byte)
                    newLine()
                case UInt8(ascii: ":"): output += ": ".utf8
                case 0x20, 0x09, 0x0A, 0x0D: continue
                default: output.append(byte)
                }
            }
            return String(decoding: output, as: UTF8.self)
        }

        private mutating func copyString() {
            output.append(UInt8(ascii: "\""))
            while at < input.count {
                let byte = input[at]
                at += 1
                output.append(byte)
                if byte == UInt8(ascii: "\"") { return }
                if byte == UInt8(ascii: "\\"), at < input.count {
                    output.append(input[at])
                    at += 1
                }
            }
        }

        private mutating func open(_ byte: UInt8) {
            output.append(byte)
            skipSpace()
            if at < input.count, input[at] == byte + 2 {  // `}` and `]` stand two places behind `{` and `[`
                output.append(input[at])
                at += 1
                return
            }
            depth += 1
            newLine()
        }

        private mutating func close(_ byte: UInt8) {
            depth = max(0, depth - 1)
            newLine()
            output.append(byte)
        }

        private mutating func skipSpace() {
            while at < input.count, [0x20, 0x09, 0x0A, 0x0D].contains(input[at]) { at += 1 }
        }

        /// At most 32 levels are indented, so that brackets alone cannot make the output grow quadratically.
        private mutating func newLine() {
            output.append(0x0A)
            output.append(contentsOf: repeatElement(0x20, count: 2 * min(depth, 32)))
        }
    }
}
