import Testing

@testable import MoongateLua

/// How a report names files, and in which order.
@Suite struct CheckProblemOrderTests {
    private func problem(_ file: String, _ line: Int? = nil, _ column: Int? = nil) -> CheckProblem {
        CheckProblem(code: "a", message: "b", file: file, line: line, column: column)
    }

    private func places(_ problems: [CheckProblem], _ config: String) -> [String] {
        problems.opened(beside: config).map { String($0.description.prefix { $0 != " " }) }
    }

    @Test func filesLieBesideTheConfiguration() {
        let problems = [problem("dir/config.lua"), problem("scripts/jwt.lua"), problem("/etc/a.lua"), problem("?")]
        #expect(places(problems, "dir/config.lua") == ["/etc/a.lua:", "?:", "dir/config.lua:", "dir/scripts/jwt.lua:"])
        #expect(
            places([problem("config.lua"), problem("scripts/a.lua")], "config.lua") == [
                "config.lua:", "scripts/a.lua:",
            ])
    }

    @Test func problemsStandInTheOrderOfFilesAndLines() {
        let problems = [
            problem("scripts/b.lua", 2, 1), problem("scripts/a.lua", 10), problem("scripts/a.lua", 9, 3),
            problem("scripts/a.lua", 9, 1), problem("scripts/a.lua"),
        ]
        #expect(
            places(problems, "config.lua") == [
                "scripts/a.lua:", "scripts/a.lua:9:1:", "scripts/a.lua:9:3:", "scripts/a.lua:10:", "scripts/b.lua:2:1:",
            ])
    }
}
