import Testing

@testable import Moongate

@Suite struct WireFormTests {
    @Test func attributesStandInTheirOrder() {
        let cookie = SetCookie(
            name: "n", value: "a|b:/", maxAge: 900, expires: Timestamp(seconds: 784_111_777), secure: true)
        #expect(
            cookie.fieldValue
                == "n=a%7Cb%3A%2F; Max-Age=900; Path=/; Expires=Sun, 06 Nov 1994 08:49:37 GMT; HttpOnly; Secure; SameSite=Lax"
        )
        #expect(
            SetCookie.deletion(of: "n", secure: false).fieldValue == "n=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax")
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z", "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_399_000, "2100-02-28T23:59:59.000Z", "Sun, 28 Feb 2100 23:59:59 GMT"),
        ] as [(Int64, String, String)])
    func datesAreWhatTheyShouldBe(_ milliseconds: Int64, iso: String, http: String) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(moment.iso8601 == iso && moment.httpDate == http)
    }

    @Test func datesAtTheEndsOfTimeAreHeld() {
        #expect(Timestamp(milliseconds: .max).iso8601 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).iso8601 == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).httpDate == "Fri, 31 Dec 9999 23:59:59 GMT")
        #expect(Timestamp(milliseconds: .min).httpDate == "Sat, 01 Jan 0000 00:00:00 GMT")
    }

    @Test(arguments: [
        (["secret"], "fa5790049a353d9796744fa82b1af7f283ee25b2da46e646ece34e4ac7b187cb"),
        (["s1", "s2"], "f4dab84b5f926b0c190ef86e2626569d6ca194313267645de94c96e3708ad577"),
    ])
    func csrfTokenIsTakenFromItsCookieOnly(_ secrets: [String], hash: String) throws {
        let token = String(repeating: "0", count: 64), secrets = secrets.map { Secret($0) }
        let read = try CSRFToken.read("\(token)|\(hash)", secrets: secrets, random: StandInRandom())
        #expect(read == CSRFToken(token: token, isNew: false))
        #expect(read.matches(token) && !read.matches(nil) && !read.matches("") && !read.matches(token + "0"))
        for wrong in ["\(token)|\(hash.dropLast())0", token, "", "|", "\(token)|", "1\(token.dropFirst())|\(hash)"] {
            let fresh = try CSRFToken.read(wrong, secrets: secrets, random: StandInRandom())
            #expect(fresh.isNew && fresh.token != token && !fresh.matches(fresh.token))
        }
    }

    @Test func lastDuplicateOfAFormWins() {
        let form = FormFields(urlEncoded: "a=1&a=2&b=x+y&c=%2B&&d&e=%zz".utf8)
        #expect(form["a"] == "2" && form["b"] == "x y" && form["c"] == "+" && form["d"] == "" && form["e"] == "%zz")
        #expect(form.repeats("a") && !form.repeats("b"))
    }
}
