import Logging
import LuaHost
import Moongate
import MoongateTokens
import Testing

@testable import MoongateLua

@Suite struct SpecRunnerTests {
    private let hooks = [
        "jwt": """
        return function(p)
          if p.user then p.token.role = p.user.email == "boss@example.com" and "boss" or "user" end
          if p.trigger == "update" then error("no updates") end
          return p.token
        end
        """,
        "authorize": """
        return function(p)
          if p.credentials.name == "ada" then return { id = 1, name = "Ada" } end
          if p.credentials.name == "eve" then return deny { code = "eve" } end
          return { name = "nobody" }
        end
        """,
        "signIn": """
        return function(p)
          if p.user.email == "bad@example.com" then return deny { code = "bad", message = "no" } end
          return true
        end
        """,
    ]

    private func run(_ spec: String, filter: String? = nil, budget: Duration? = nil) async throws -> SpecReport {
        let folder = try TemporaryFolder()
        for (name, text) in hooks { try folder.write("\(name).lua", text) }
        try folder.write("lib/names.lua", "return { first = function(name) return name:match('%a+') end }")
        try folder.write("spec/fixtures/ada.json", #"{"email":"ada@example.com"}"#)
        try folder.write("spec/all_spec.lua", spec)
        var runner = SpecRunner()
        runner.filter = filter
        runner.budget = budget
        return await runner.run([try SpecSuite.site(folder.path)])
    }

    private func passes(_ body: String) async throws {
        let report = try await run("it('a', function()\n\(body)\nend)")
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed == 1)
    }

    private func failure(_ body: String) async throws -> ScriptFailure {
        let report = try await run("it('a', function()\n\(body)\nend)")
        return try #require(report.failures.first)
    }

    @Test func hookRunsAsTheEngineRunsIt() async throws {
        try await passes(
            """
            expect(hook.jwt { token = { sub = "1" }, user = { email = "boss@example.com" } })
              .toEqual { sub = "1", role = "boss" }
            expect(hook.signIn { user = fixture "ada" }).toBe(true)
            expect(hook.signIn { user = { email = "bad@example.com" } })
              .toEqual { denied = { code = "bad", message = "no" } }
            """)
    }

    @Test func userWhomTheEngineWouldRefuseFailsTheTest() async throws {
        try await passes(
            """
            expect(hook.authorize { credentials = { name = "ada" } }.id).toBe(1)
            expect(hook.authorize { credentials = { name = "eve" } }).toEqual { denied = { code = "eve" } }
            """)
        let failure = try await failure("hook.authorize { credentials = {} }")
        #expect(failure.message.hasPrefix("scripts/authorize.lua: should return a user"))
        #expect(failure.line == 2)
    }

    @Test func failingHookFailsTheTestWithBothPlaces() async throws {
        let failure = try await failure("\nhook.jwt { token = {}, trigger = 'update' }")
        #expect(failure.line == 3)
        #expect(failure.script == "scripts/spec/all_spec.lua")
        #expect(failure.message == "scripts/jwt.lua:3: no updates (script.error)")
    }

    @Test func memberThatAHookIsNotGivenIsRefused() async throws {
        #expect(try await failure("hook.jwt { tokn = {} }").message.contains("jwt is not given tokn"))
    }

    @Test func hookThatIsNotThereIsNamed() async throws {
        #expect(try await failure("hook.session { session = {} }").message == "there is no hook session here to run")
    }

    @Test func testsShareNothing() async throws {
        let report = try await run(
            """
            local seen = {}
            describe("a", function()
              it("first", function() seen.a = true; clock.advance(60); expect(time.now()).toBe(1700000060) end)
              it("second", function() expect(seen.a).toBeNil(); expect(time.now()).toBe(1700000000) end)
            end)
            """)
        #expect(report.failures.map(\.description) == [])
        #expect(report.tests.map(\.name) == ["a › first", "a › second"])
        #expect(report.tests.map(\.line) == [3, 4])
    }

    @Test func beforeAndAfterEachRunFromTheOutsideInAndBack() async throws {
        let report = try await run(
            """
            local log = {}
            beforeEach(function() log[#log + 1] = "b1" end)
            afterEach(function() log[#log + 1] = "a1"; expect(log).toEqual { "b1", "b2", "it", "a2", "a1" } end)
            describe("x", function()
              beforeEach(function() log[#log + 1] = "b2" end)
              afterEach(function() log[#log + 1] = "a2" end)
              it("runs", function() log[#log + 1] = "it" end)
            end)
            """)
        #expect(report.failures.map(\.description) == [])
        #expect(report.counts.passed == 1)
    }

    @Test func afterEachThatRaisesFailsTheTest() async throws {
        let report = try await run("afterEach(function() error('late') end)\nit('a', function() end)")
        #expect(report.failures.map(\.message) == ["late"])
        #expect(report.failures.map(\.line) == [1])
    }

    @Test(arguments: ["it('b', function() end)", "describe('b', function() end)", "pending('b')"])
    func testInsideATestIsRefusedInsteadOfForgotten(inner: String) async throws {
        let failure = try await failure(inner)
        #expect(failure.message.hasSuffix("cannot stand inside a test"))
        #expect(failure.line == 2)
    }

    @Test func textThatIsNoTextIsStillTold() async throws {
        #expect(try await failure("expect('\\xff').toBe('a')").message == "expected \"?\" to be \"a\"")
        #expect(try await failure("error({ a = '\\xff' })").message == "raised { a = \"?\" }")
    }

    @Test func longValuesAreCutInMessages() async throws {
        let message = try await failure("expect(('ä'):rep(5000)).toBe('b')").message
        #expect(message.utf8.count < 400)
        #expect(message.contains("ää…"))
    }

    @Test func pendingIsNeitherPassedNorFailed() async throws {
        let report = try await run("pending('later')")
        #expect(report.counts == (0, 0, 1))
    }

    @Test func filterChoosesByName() async throws {
        let report = try await run("it('one', function() end) it('two', function() error('x') end)", filter: "one")
        #expect(report.counts == (1, 0, 0))
    }

    @Test func ownLibrariesAreThere() async throws {
        try await passes("expect(require('names').first('Ada Lovelace')).toBe('Ada')")
    }

    @Test func specThatDoesNotCompileIsOneFailureWithItsLine() async throws {
        let report = try await run("\nit('a', function( end)")
        #expect(report.failures.map(\.code) == ["script.syntax"])
        #expect(report.failures.map(\.line) == [2])
        #expect(report.failures.map(\.script) == ["scripts/spec/all_spec.lua"])
    }

    @Test func endlessTestFailsAndTheNextRuns() async throws {
        let report = try await run("it('a', function() while true do end end)\nit('b', function() end)")
        #expect(report.failures.map(\.code) == ["script.steps"])
        #expect(report.failures.map(\.line) == [1])
        #expect(report.counts.passed == 1)
    }

    @Test func testsBeyondTheBudgetHaveFailed() async throws {
        let report = try await run("it('a', function() end)", budget: .zero)
        #expect(report.failures.map(\.code) == ["spec.budget"])
    }

    @Test func hooksCountForTheBudgetOfTheSpecsThatCallThem() throws {
        let budget = SpecBudget(.seconds(5))
        budget.spend(4_000_000_000, hooks: NoHooks())
        #expect(try budget.left().cpu == .seconds(1))
        #expect(try budget.left().wall > .seconds(1))
        budget.spend(1_000_000_000, hooks: NoHooks())
        #expect(throws: ScriptFailure.self) { try budget.left() }
    }

    @Test func hooksKnowNothingOfTheSpecsFunctions() async throws {
        let folder = try TemporaryFolder()
        try folder.write("jwt.lua", "return function(p) clock.set(1) return p.token end")
        try folder.write("spec/a_spec.lua", "it('a', function() hook.jwt { token = {} } end)")
        let report = await SpecRunner().run([try SpecSuite.site(folder.path)])
        #expect(report.failures.first?.message.contains("undeclared global 'clock'") == true)
    }

    @Test func logIsKeptForTheSpec() async throws {
        try await passes(
            """
            log.warn("seen", { user = "a" })
            expect(log.entries()[1].level).toBe("warn")
            expect(log.entries()[1].fields).toContain { user = "a" }
            """)
    }

    @Test func randomnessIsTheSameInEveryTest() async throws {
        let report = try await run(
            """
            for i = 1, 2 do
              it("is the same " .. i, function()
                log.info("numbers", { a = math.random(1000000), b = math.random(), c = crypto.random(8) })
                expect(log.entries()[1].fields.a).toBe("REMEMBERED")
              end)
            end
            """)
        let messages = report.failures.map(\.message)
        #expect(messages.count == 2)
        #expect(Set(messages).count == 1)
    }

    @Test func fixtureThatIsNotThereNamesTheNearest() async throws {
        #expect(try await failure("fixture 'adda'").message.contains("did you mean \"ada\"?"))
    }
}

extension SpecSuite {
    /// The specs of a folder of scripts.
    static func site(_ folder: String, needs: ScriptNeeds = ScriptNeeds()) throws -> SpecSuite {
        let scripts = try ScriptSet.load(folder)
        return try SpecSuite(OwnedScripts(site: scripts, needs: needs), directory: folder, as: "scripts")
    }
}
