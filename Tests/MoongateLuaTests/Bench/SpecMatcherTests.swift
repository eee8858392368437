import LuaHost
import Moongate
import Testing

@testable import MoongateLua

@Suite struct SpecMatcherTests {
    private func report(_ body: String) async throws -> SpecReport {
        let folder = try TemporaryFolder()
        try folder.write("spec/a_spec.lua", "it('a', function()\n\(body)\nend)")
        return await SpecRunner().run([try SpecSuite.site(folder.path)])
    }

    @Test(arguments: [
        "expect(1).toBe(1)", "expect(1).toBe(1.0)", "expect(nil).toBe(nil)", "expect('a').never.toBe('b')",
        "expect({ a = { 1, 2 } }).toEqual { a = { 1, 2 } }", "expect({}).never.toEqual { 1 }", "expect(nil).toBeNil()",
        "expect(0).toBeTruthy()", "expect(false).toBeFalsy()", "expect({ 'a', 'b' }).toContain('b')",
        "expect('staff').toContain('taf')", "expect({ a = 1, b = 2 }).toContain { b = 2 }",
        "expect({ { id = 1 } }).toContain { id = 1 }", "expect('ab12').toMatch('^%a+%d+$')",
        "expect(function() error('boom') end).toRaise('boom')", "expect(function() end).never.toRaise()",
        "expectError(function() error('boom') end)", "expect({ 1, 2 }).toHaveLength(2)",
        "expect(2).toBeGreaterThan(1)", "expect(1).toBeLessThan(2)", "expect(1):toBe(1)",
        "expect(json.null).toBe(json.null)",
    ])
    func holds(expectation: String) async throws {
        #expect(try await report(expectation).failures.map(\.description) == [])
    }

    @Test(arguments: [
        ("expect(1).toBe(2)", "expected 1 to be 2"), ("expect('1').toBe(1)", "expected \"1\" to be 1"),
        ("expect(1).never.toBe(1)", "expected 1 never to be 1"),
        ("expect(false).toBeNil()", "expected false to be nil"),
        (
            "expect({}).toBe({})",
            "expected {} to be {} itself; it is another table with the same content: use toEqual"
        ),
        ("expect({}).toBe({ 1 })", "expected {} to be { 1 }"),
        ("expect({ 'a' }).toContain('b')", "expected { \"a\" } to contain \"b\""),
        ("expect({ a = 1 }).toContain { a = 2 }", "expected { a = 1 } to contain { a = 2 }"),
        ("expect(nil).toMatch('a')", "expected nil to match the pattern \"a\""),
        ("expect(function() end).toRaise()", "expected the function to raise an error"),
        ("expectError(function() end, 'x')", "expected the function to raise an error with \"x\""),
        ("expect({ 1 }).toHaveLength(2)", "expected { 1 } to have the length 2"),
        ("expect(0).toBeFalsy()", "expected 0 to be nil or false"),
        ("expect()", "expect takes a value"),
        ("expect(1)", "nothing is expected of the value: add a matcher, such as .toBe(value)"),
        ("local m = expect(1).toBe", "nothing is expected of the value: add a matcher, such as .toBe(value)"),
        ("local e = expect(1).never", "nothing is expected of the value: add a matcher, such as .toBe(value)"),
    ])
    func failsWithItsReasonAndLine(expectation: String, reason: String) async throws {
        let failure = try #require(try await report(expectation).failures.first)
        #expect(failure.message == reason)
        #expect(failure.line == 2)
        #expect(failure.script == "scripts/spec/a_spec.lua")
    }

    @Test func differenceIsShownByPlace() async throws {
        let failure = try await report(
            "expect({ role = 'user', groups = { 'a', 'x' } }).toEqual { role = 'staff', groups = { 'a' }, id = 1 }"
        ).failures.first
        #expect(
            failure?.message.hasSuffix(
                """
                - is expected, + is there:
                  .groups[2]
                    + "x"
                  .id
                    - 1
                  .role
                    - "staff"
                    + "user"
                """) == true)
    }

    private func message(_ body: String) async throws -> String {
        try #require(try await report(body).failures.first).message
    }

    @Test func longTextsAreShownFromWhereTheyDiffer() async throws {
        let told = try await message("local s = ('é'):rep(400) expect({ a = s .. 'x' .. s }).toEqual { a = s .. 'y' }")
        let before = String(repeating: "é", count: 10)
        let after = String(repeating: "é", count: 75)
        #expect(
            told.hasSuffix(
                """
                - is expected, + is there:
                  .a from byte 801 on
                    - …"\(before)y"
                    + …"\(before)x\(after)"…
                """), "\(told)")
    }

    @Test func longTextsThatAreNotTheSameSayWhere() async throws {
        let told = try await message("local s = ('a'):rep(400) expect(s .. 'x').toBe(s)")
        let before = String(repeating: "a", count: 20)
        #expect(told.hasSuffix("; from byte 401 on …\"\(before)x\" is there and not …\"\(before)\""), "\(told)")
    }

    @Test(arguments: [(7, nil), (8, "and 1 more"), (50, "and 43 more"), (200, "and at least 93 more")])
    func differencesBehindTheSeventhAreCounted(count: Int, end: String?) async throws {
        let told = try await message("local t = {} for i = 1, \(count) do t[i] = i end expect(t).toEqual {}")
        let last = try #require(told.split(separator: "\n").last)
        #expect(last.drop { $0 == " " } == end ?? "+ 7")
    }

    @Test func unknownExpectationNamesTheKnownOnes() async throws {
        let failure = try await report("expect(1).toBee(1)").failures.first
        #expect(failure?.message.hasPrefix("expect knows no toBee; it knows toBe, ") == true)
        #expect(failure?.line == 2)
    }
}
