import Moongate
import Testing

/// Fields of a hook's argument while the argument as a whole goes elsewhere.
@Suite struct ArgumentUseTests {
    @Test(arguments: [
        "log.info('x', p)", "for k in pairs(p) do log.info(k) end", "for k, v in next, p do log.info(k, v) end",
        "local t = type(p) == 'table'", "local s = tostring(p)", "local k = next(p)", "local s = json.encode(p)",
        "local l = log.info l('x', p)", "local q = p log.info('x', q)", "local f = function() log.info('x', p) end f()",
        "if p and p.user then log.info('x', p) end", "log.info('x', p) if p.user then log.warn('y', p) end",
    ])
    func functionThatAddsNoFieldLeavesTheFieldsKnown(line: String) throws {
        let found = try CheckedScript.problems("return function(p)\n\(line)\nlocal s = p.sesion return p.token\nend")
        #expect(found.map(\.code) == ["hook.unknownField"])
    }

    @Test(arguments: [
        "setmetatable(p, {})", "pcall(function(q) q.sesion = 1 end, p)", "table.insert(p, 1)",
        "local function f(q) q.sesion = 1 end log.info('x', p) f(p)", "local t = {} t[1] = p t[1].sesion = 1",
        "local t = { x = p } t.x.sesion = 1", "local q = p or {} q.sesion = 1",
        "local q = p for i = 1, 2 do q.sesion = i end", "local q if p.user then q = p else q = {} end q.sesion = 1",
        "local a, q local f = function() q.sesion = 1 end q = p f()",
        "local q = p if p.user then q = {} end q.sesion = 1",
        "local f = function() return p end f().sesion = 1", "local q = select(1, p) q.sesion = 1",
        "local q = assert(p) q.sesion = 1", "local function each(q) q.sesion = 1 end for x in each, p do break end",
        "local q local function keep() q = p end keep() q.sesion = 1",
        "local q = p local f = function() q.sesion = 1 end f()", "p:add() p.sesion = 1",
        "local function f(...) local q = ... q.sesion = 1 end f(p)",
    ])
    func fieldsAreUnknownOnceOthersHaveTheArgument(line: String) throws {
        #expect(
            try CheckedScript.line("\(line) p.token.s = p.sesion").filter { $0.contains("hook.unknownField") } == [])
    }
}
