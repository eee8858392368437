extension Attack {
    /// Values that are small as JSON and slow to write: what is handed over is walked by the host, between two looks at
    /// the clock.
    static let output: [Attack] = [
        Attack(
            "a table that was large, ten thousand times", .either,
            """
            local t = { ('x'):rep(15000):byte(1, -1) }
            table.move({}, 1, 15000, 1, t)
            local row, all = {}, {}
            for i = 1, 100 do row[i] = t end
            for i = 1, 100 do all[i] = row end
            return all
            """),
        Attack(
            "names that were many, ten thousand times", .either,
            """
            local t, row, all = {}, {}, {}
            for i = 1, 8192 do t[i + 0.5] = 0 end
            for i = 1, 8192 do t[i + 0.5] = nil end
            for i = 1, 100 do row[i] = t end
            for i = 1, 100 do all[i] = row end
            return all
            """),
        Attack(
            "a table that was large for the host", .either,
            """
            local t = { ('x'):rep(15000):byte(1, -1) }
            table.move({}, 1, 15000, 1, t)
            local row, all = {}, {}
            for i = 1, 100 do row[i] = t end
            for i = 1, 100 do all[i] = row end
            return pcall(note, all)
            """),
        Attack(
            "a table that was large as every argument", .either,
            """
            local t, all = { ('x'):rep(15000):byte(1, -1) }, {}
            table.move({}, 1, 15000, 1, t)
            for i = 1, 4000 do all[i] = t end
            return pcall(note, table.unpack(all))
            """),
        Attack(
            "a thousand texts that do not fit", .fails("script.result"),
            "local s, t = ('\\1'):rep(60000), {} for i = 1, 1000 do t['k' .. i] = s end return t"),
        Attack(
            "texts that do not fit, for the host", .either,
            """
            local s, t = ('\\1'):rep(60000), {}
            for i = 1, 1000 do t['k' .. i] = s end
            for i = 1, 20 do pcall(note, t) end
            return 1
            """),
        Attack(
            "a text that is refused at its last byte, for the host", .either,
            """
            local s = ('x'):rep(200000) .. '\\xff'
            for i = 1, 10000 do pcall(note, s) end
            return 1
            """),
        Attack(
            "a member that is refused after thousands, for the host", .either,
            """
            local t = { ['\\1'] = 1 }
            for i = 1, 1000 do t['k' .. i] = i end
            for i = 1, 10000 do pcall(note, t) end
            return 1
            """),
        Attack(
            "holes that are looked for again and again", .either,
            """
            local t = {}
            for i = 1, 8000 do t[i] = 0 end
            t[2] = nil
            for i = 1, 500 do pcall(note, t) end
            return 1
            """),
    ]
}
