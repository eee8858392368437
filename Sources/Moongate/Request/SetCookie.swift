/// One `Set-Cookie` (RFC 6265 section 4.1), with attributes in Auth.js's order (contract 1.2).
struct SetCookie: Sendable, Equatable {
    enum SameSite: String, Sendable { case lax = "Lax", strict = "Strict", none = "None" }

    var name: String
    var value: String
    /// Seconds; `nil` leaves the attribute out, 0 deletes the cookie.
    var maxAge: Int64?
    var expires: Timestamp?
    var secure: Bool
    var sameSite = SameSite.lax
    var path = "/"
    /// The value is known to need no escapes, as that of a sealed token.
    var isPlain = false

    /// The value that deletes a cookie: same attributes, empty value, `Max-Age=0`.
    static func deletion(of name: String, secure: Bool) -> SetCookie {
        SetCookie(name: name, value: "", maxAge: 0, secure: secure)
    }

    var fieldValue: String {
        var out: [UInt8] = []
        out.reserveCapacity(name.utf8.count + value.utf8.count + 128)
        appendFieldValue(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The field's value as bytes.
    func appendFieldValue(to out: inout [UInt8]) {
        out += name.utf8
        out.append(UInt8(ascii: "="))
        if isPlain || PercentCoding.isPlain(value) {
            out += value.utf8
        } else {
            out += PercentCoding.encodeComponent(value).utf8
        }
        if let maxAge { out += "; Max-Age=\(maxAge)".utf8 }
        out += "; Path=".utf8
        out += path.utf8
        if let expires {
            out += "; Expires=".utf8
            expires.appendHTTPDate(to: &out)
        }
        out += (secure ? "; HttpOnly; Secure; SameSite=" : "; HttpOnly; SameSite=").utf8
        out += sameSite.rawValue.utf8
    }
}

extension Timestamp {
    /// IMF-fixdate (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`.
    package var httpDate: String {
        var out: [UInt8] = []
        out.reserveCapacity(29)
        appendHTTPDate(to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    func appendHTTPDate(to out: inout [UInt8]) {
        let iso = iso8601Bytes
        let held = min(max(milliseconds, -62_167_219_200_000), 253_402_300_799_999)  // as in `iso8601Bytes`
        let day = held / 86_400_000 - (held % 86_400_000 < 0 ? 1 : 0)
        let weekday = Int(((day + 4) % 7 + 7) % 7)  // day 0 was a Thursday
        let month = Int(iso[5] - 48) * 10 + Int(iso[6] - 48)
        out += Self.weekdays[weekday].utf8
        out += [0x2C, 0x20, iso[8], iso[9], 0x20]
        out += Self.months[month - 1].utf8
        out.append(0x20)
        out += iso[0..<4]
        out.append(0x20)
        out += iso[11..<19]
        out += " GMT".utf8
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
