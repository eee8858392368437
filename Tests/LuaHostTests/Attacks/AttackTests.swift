import LuaHost
import Testing

@Suite struct AttackTests {
    /// Runs the attack and then, on the same pool, an honest call.
    private func run(_ attack: Attack) async throws {
        let program = try LuaProgram(
            entries: [
                LuaSource(name: "attack.lua", attack.text),
                LuaSource(name: "honest.lua", "return string.format('%d', 42)"),
            ], limits: Running.generous)
        let pool = LuaPool(program: program)
        let outcome = await end(pool, 0)
        switch (attack.ending, outcome) {
        case (.safe, .success(let text)): #expect(text == "\"safe\"")
        case (.fails(let code), .failure(let failure)): #expect(failure.code.hasPrefix(code), "\(failure)")
        case (.fails, .success(let text)): Issue.record("returned \(text.prefix(80))")
        case (.safe, .failure(let failure)): Issue.record("\(failure)")
        case (.either, _): break
        }
        #expect(await end(pool, 1) == .success("\"42\""))
    }

    private func end(_ pool: LuaPool, _ entry: Int) async -> Result<String, LuaFailure> {
        var call = LuaCall(entry: entry, mode: .chunk)
        call.allowsNoValue = false
        do {
            return .success(try await pool.lease().call(call).text)
        } catch let failure as LuaFailure {
            return .failure(failure)
        } catch {
            return .failure(LuaFailure(code: "?", message: "\(error)"))
        }
    }

    @Test(arguments: Attack.escapes)
    func nothingGetsOut(_ attack: Attack) async throws { try await run(attack) }

    @Test(arguments: Attack.hungry)
    func nothingRunsForEver(_ attack: Attack) async throws { try await run(attack) }

    @Test(arguments: Attack.data)
    func nothingButDataComesOut(_ attack: Attack) async throws { try await run(attack) }
}
