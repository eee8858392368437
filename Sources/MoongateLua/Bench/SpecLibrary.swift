import LuaHost

/// The words that spec files are written in, in Lua: `describe`, `it`, `expect` and their like. They run in the same
/// sandbox as the spec and can do nothing that the spec itself could not.
enum SpecLibrary {
    /// How `require` finds it; no file of an owner's can have this name.
    static let name = "@spec"
    /// How `require` finds the spec file that runs.
    static let fileName = "@file"

    /// Put before a spec's text, on its first line, so that lines count as the author sees them.
    static let prefix = "local \(words.joined(separator: ",")) = require \"\(name)\".words();"

    /// What a spec file knows beside its owner's functions.
    static let words = ["describe", "it", "pending", "expect", "expectError", "beforeEach", "afterEach"]

    /// The spec's text with the words in front.
    static func source(_ spec: LuaSource) -> LuaSource {
        LuaSource(name: spec.name, text: Array(prefix.utf8) + spec.text)
    }

    static let library = LuaSource(name: "moongate test", text + SpecMatchers.text)

    /// `{run = 0}` lists what there is; `{run = n}` runs the nth.
    static let driver = LuaSource(
        name: "moongate test",
        """
        return function(p)
          local spec = require "\(name)"
          require "\(fileName)"
          if p.run == 0 then return spec.list() end
          return spec.run(p.run)
        end
        """)

    private static let text = #"""
        local spec = {}
        local tests = json.array {}
        local group = { names = {}, before = {}, after = {} }

        -- "file:line" of the caller that many levels above the caller of this function.
        local function place(level)
          local _, text = pcall(error, "", level + 3)
          local file, line = text:match("^(.-):(%d+):")
          return file, tonumber(line)
        end

        local function copy(list)
          local new = {}
          for i, value in ipairs(list) do new[i] = value end
          return new
        end

        -- What stands inside a test would be found too late to run.
        local running = false

        local function checked(what, name, body)
          if running then error(what .. " cannot stand inside a test", 3) end
          if type(name) ~= "string" or type(body) ~= "function" then
            error(what .. " takes a name and a function", 3)
          end
        end

        local function describe(name, body)
          checked("describe", name, body)
          local outer = group
          group = { names = copy(outer.names), before = copy(outer.before), after = copy(outer.after) }
          group.names[#group.names + 1] = name
          body()
          group = outer
        end

        local function add(name, body, level)
          local file, line = place(level)
          local names = copy(group.names)
          names[#names + 1] = name
          tests[#tests + 1] = { names = names, group = group, body = body, file = file, line = line }
        end

        local function it(name, body)
          checked("it", name, body)
          add(name, body, 2)
        end

        local function pending(name)
          checked("pending", name, type)
          add(name, nil, 2)
        end

        local function beforeEach(body)
          if type(body) ~= "function" then error("beforeEach takes a function", 2) end
          group.before[#group.before + 1] = body
        end

        local function afterEach(body)
          if type(body) ~= "function" then error("afterEach takes a function", 2) end
          table.insert(group.after, 1, body)
        end

        function spec.list()
          local list = json.array {}
          for i, test in ipairs(tests) do
            list[i] = { names = test.names, line = test.line, pending = test.body == nil }
          end
          return list
        end

        -- As text that can be told: what is not UTF-8 becomes `?`.
        local function text(why)
          if type(why) ~= "string" then why = "raised " .. spec.show(why) end
          if utf8.len(why) then return why end
          return (why:gsub("[\x80-\xff]", "?"))
        end

        function spec.run(number)
          local test = tests[number]
          running = true
          local good, why = pcall(function()
            for _, body in ipairs(test.group.before) do body() end
            test.body()
          end)
          local unsaid = spec.unsaid()
          if good and unsaid then good, why = false, unsaid end
          for _, body in ipairs(test.group.after) do
            local done, reason = pcall(body)
            if good and not done then good, why = false, reason end
          end
          if good then return {} end
          return { failed = text(why) }
        end

        function spec.words()
          return describe, it, pending, spec.expect, spec.expectError, beforeEach, afterEach
        end

        """#
}
