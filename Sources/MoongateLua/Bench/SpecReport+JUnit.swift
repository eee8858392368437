import Moongate

extension SpecReport {
    /// The report as JUnit's XML, which build servers read: one suite for each file.
    public var junit: String {
        let counts = counts
        var files: [String] = []
        for test in tests where files.last != test.file { files.append(test.file) }
        let suites = files.map { file in suite(file, tests.filter { $0.file == file }) }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites tests="\(tests.count)" failures="\(counts.failed)" skipped="\(counts.pending)" \
            time="\(duration.secondsText)">
            \(suites.joined())</testsuites>

            """
    }

    private func suite(_ file: String, _ tests: [Test]) -> String {
        var part = SpecReport()
        part.tests = tests
        part.duration = tests.reduce(.zero) { $0 + $1.duration }
        let head =
            "  <testsuite name=\"\(XML.attribute(file))\" tests=\"\(tests.count)\" failures=\"\(part.counts.failed)\" "
            + "skipped=\"\(part.counts.pending)\" time=\"\(part.duration.secondsText)\">\n"
        return head + tests.map(\.junit).joined() + "  </testsuite>\n"
    }
}

extension SpecReport.Test {
    fileprivate var junit: String {
        let place = line.map { " line=\"\($0)\"" } ?? ""
        let open =
            "    <testcase classname=\"\(XML.attribute(file))\" name=\"\(XML.attribute(name))\" "
            + "file=\"\(XML.attribute(file))\"\(place) time=\"\(duration.secondsText)\""
        switch outcome {
        case .passed: return open + "/>\n"
        case .pending: return open + "><skipped/></testcase>\n"
        case .failed(let failure):
            return open + ">\n      <failure type=\"\(XML.attribute(failure.code))\" "
                + "message=\"\(XML.attribute(failure.message))\">\(XML.text(failure.description))</failure>\n"
                + "    </testcase>\n"
        }
    }
}

/// Text in XML 1.0. What XML has no form for, not even escaped, becomes `?`.
private enum XML {
    static func attribute(_ text: String) -> String { escaped(text, lineBreaks: true) }
    static func text(_ text: String) -> String { escaped(text, lineBreaks: false) }

    private static func escaped(_ text: String, lineBreaks: Bool) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n", "\t", "\r":
                if lineBreaks || scalar == "\r" {
                    out += "&#\(scalar.value);"
                } else {
                    out.unicodeScalars.append(scalar)
                }
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: out += "?"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

extension Duration {
    /// `0.012`: seconds, to the millisecond.
    package var secondsText: String {
        let (seconds, attoseconds) = components
        let thousandths = String(attoseconds / 1_000_000_000_000_000)
        return "\(seconds)." + String(repeating: "0", count: max(0, 3 - thousandths.count)) + thousandths
    }
}
