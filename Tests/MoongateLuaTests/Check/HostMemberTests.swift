import Moongate
import Testing

/// Members of what the host and Lua give.
@Suite struct HostMemberTests {
    @Test func memberOfAFunctionThatOnlyAPermissionGivesIsFound() throws {
        let use = "local v = cache.shared('k', 60, function() return 1 end)"
        #expect(
            try CheckedScript.line(use) == [
                "2:17: error: `cache.shared` is used, and scripts.needs in config.lua does not list it (needs.undeclared)"
            ])
        var needs = ScriptNeeds()
        needs.sharedCache = true
        #expect(try CheckedScript.line(use, needs: needs) == [])
    }

    @Test(arguments: [false, true])
    func memberThatNoPermissionGivesIsUnknown(isPermitted: Bool) throws {
        var needs = ScriptNeeds()
        needs.sharedCache = isPermitted
        let found = try CheckedScript.line("cache.shard('k', 60, function() return 1 end)", needs: needs)
        #expect(
            found.first == "2:7: error: there is no cache.shard; did you mean cache.shared? (script.unknownFunction)")
    }

    @Test(arguments: [
        ("log:info('x')", "2:5: error: `log:info` hands log itself over as the first argument; write log.info(…)"),
        ("local s = json:encode({})", "2:16: error: `json:encode` hands json itself over"),
        ("local t = time:now()", "2:16: error: `time:now` hands time itself over"),
        ("local l = log l:warn('x')", "2:17: error: `log:warn` hands log itself over"),
    ])
    func libraryThatIsCalledAsAnObjectIsFound(line: String, problem: String) throws {
        let found = try CheckedScript.line(line)
        #expect(found.count == 1 && found[0].hasPrefix(problem) && found[0].hasSuffix("(script.colonCall)"), "\(found)")
    }

    @Test(arguments: [
        "local s = ('x'):rep(3)", "local s = tostring(p.user):upper()", "local o = { f = function() end } o:f()",
        "local s = utf8.charpattern:len()", "local log = { info = function(self) return self end } log:info()",
    ])
    func methodsOfTextsAndOfTheScriptsOwnTablesAreRight(line: String) throws {
        #expect(try CheckedScript.line(line) == [])
    }

    @Test func misspeltMemberBehindAColonIsToldOnce() throws {
        #expect(
            try CheckedScript.line("log:inof('x')") == [
                "2:5: error: there is no log.inof; did you mean log.info? (script.unknownFunction)"
            ])
    }

    @Test(arguments: [
        ("math.pow(2, 3)", "there are math.abs, "), ("crypto.md5('x')", "there are crypto."),
        ("load('x')", "undeclared global 'load' ("), ("len('x')", "undeclared global 'len' ("),
        ("_EN('x')", "undeclared global '_EN' ("), ("unpack({})", "undeclared global 'unpack'; use table.unpack ("),
        ("math.flor(2.5)", "did you mean math.floor?"), ("strng.len('x')", "did you mean 'string'?"),
    ])
    func guessIsOnlyMadeOfWhatIsNear(line: String, said: String) throws {
        let found = try CheckedScript.line(line)
        #expect(found.count == 1 && found[0].contains(said), "\(found)")
    }
}
