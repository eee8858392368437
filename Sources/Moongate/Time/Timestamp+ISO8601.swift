extension Timestamp {
    /// `YYYY-MM-DDTHH:MM:SS.mmmZ`, the form of JavaScript's `toISOString` that Auth.js clients parse (contract 4.2).
    /// Years outside 0000–9999 are held at the nearest end.
    public var iso8601: String { String(decoding: iso8601Bytes, as: UTF8.self) }

    /// The 24 ASCII bytes of ``iso8601``.
    var iso8601Bytes: [UInt8] {
        let held = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)
        var days = held / 86_400_000
        var rest = held % 86_400_000
        if rest < 0 { rest += 86_400_000; days -= 1 }
        let (year, month, day) = Self.civil(fromDays: days)
        var out: [UInt8] = []
        out.reserveCapacity(24)
        func digits(_ value: Int64, _ count: Int, then separator: UInt8) {
            var divisor: Int64 = count == 4 ? 1000 : (count == 3 ? 100 : 10)
            while divisor > 0 {
                out.append(48 + UInt8(truncatingIfNeeded: value / divisor % 10))
                divisor /= 10
            }
            out.append(separator)
        }
        digits(year, 4, then: UInt8(ascii: "-"))
        digits(month, 2, then: UInt8(ascii: "-"))
        digits(day, 2, then: UInt8(ascii: "T"))
        digits(rest / 3_600_000, 2, then: UInt8(ascii: ":"))
        digits(rest / 60_000 % 60, 2, then: UInt8(ascii: ":"))
        digits(rest / 1000 % 60, 2, then: UInt8(ascii: "."))
        digits(rest % 1000, 3, then: UInt8(ascii: "Z"))
        return out
    }

    /// Proleptic Gregorian date of a day number counted from 1970-01-01: whole 400-year eras, years that begin in March.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
