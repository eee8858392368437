extension Attack {
    static let data: [Attack] = [
        Attack(
            "ten thousand levels", .fails("value.depth"),
            "local t = {} local r = t for i = 1, 10000 do t.n = {} t = t.n end return { session = r }"),
        Attack(
            "a metamethod for the reader", .fails("value.metatable"),
            "return setmetatable({}, { __index = function() while true do end end })"),
        Attack("a key that is true", .fails("value.key"), "return { session = { [true] = 1 } }"),
        Attack("one key twice", .fails("value.array"), "return { session = { ['1'] = 'a', [1] = 'b' } }"),
        Attack("an array of a billion", .fails("value.array"), "return { [1] = 'a', [1000000000] = 'b' }"),
        Attack("NUL in a header", .fails("value.string"), "return { headers = { ['X-A'] = 'a\\0b' } }"),
        Attack("a name with a line end", .fails("value.key"), "return { headers = { ['X A:\\n'] = 'v' } }"),
        Attack("an empty name", .fails("value.key"), "return { session = { [''] = 1 } }"),
        Attack(
            "an error that looks like an answer", .fails("script.error"),
            "error({ status = 200, redirect = 'https://evil.example/' })"),
        Attack(
            "doubling by sharing", .fails("script.result"),
            """
            local t = { 'xxxxxxxxxxxxxxxx' }
            for i = 1, 30 do t = { t, t } end
            return t
            """),
        Attack("a function as data", .fails("value.function"), "return { session = { f = tostring } }"),
        Attack("a library as data", .fails("value.metatable"), "return { session = { e = string } }"),
    ]
}
