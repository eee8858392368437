/// `expect(value)` and what may be said of it. The second half of ``SpecLibrary``.
enum SpecMatchers {
    static let text = #"""
        local function keys(value)
          local names = {}
          for key in pairs(value) do names[#names + 1] = key end
          table.sort(names, function(a, b)
            if type(a) == type(b) and (type(a) == "number" or type(a) == "string") then return a < b end
            return type(a) < type(b)
          end)
          return names
        end

        local function step(key)
          if type(key) == "string" and key:find("^[%a_][%w_]*$") then return "." .. key end
          return "[" .. (type(key) == "string" and string.format("%q", key) or tostring(key)) .. "]"
        end

        local ESCAPES = { ["\n"] = "\\n", ['"'] = '\\"', ["\\"] = "\\\\" }

        local function show(value, depth)
          depth = depth or 0
          if type(value) == "string" then return '"' .. value:gsub("[\n\"\\]", ESCAPES) .. '"' end
          if type(value) ~= "table" then return tostring(value) end
          if depth > 3 then return "{…}" end
          local parts, count = {}, #value
          for i = 1, count do parts[i] = show(value[i], depth + 1) end
          for _, key in ipairs(keys(value)) do
            if not (math.type(key) == "integer" and key >= 1 and key <= count) then
              local name = step(key)
              if name:sub(1, 1) == "." then name = name:sub(2) end
              parts[#parts + 1] = name .. " = " .. show(value[key], depth + 1)
            end
          end
          if #parts == 0 then return "{}" end
          return "{ " .. table.concat(parts, ", ") .. " }"
        end
        spec.show = show

        -- For a sentence: not longer than a few lines.
        local function brief(value)
          local text = show(value)
          if #text <= 300 then return text end
          return text:sub(1, (utf8.len(text) and utf8.offset(text, 0, 300) or 300) - 1) .. "…"
        end

        -- Adds what differs to `lines`; nothing added means equal.
        local function differ(expected, actual, path, lines, depth)
          if rawequal(expected, actual) or #lines >= 20 then return end
          if type(expected) ~= "table" or type(actual) ~= "table" or depth > 32 then
            if expected == actual and type(expected) ~= "table" then return end
            lines[#lines + 1] = "  " .. (path == "" and "the value" or path)
            if expected ~= nil then lines[#lines + 1] = "    - " .. brief(expected) end
            if actual ~= nil then lines[#lines + 1] = "    + " .. brief(actual) end
            return
          end
          for _, key in ipairs(keys(expected)) do
            differ(expected[key], actual[key], path .. step(key), lines, depth + 1)
          end
          for _, key in ipairs(keys(actual)) do
            if expected[key] == nil then
              differ(nil, actual[key], path .. step(key), lines, depth + 1)
            end
          end
        end

        local function equal(a, b)
          local lines = {}
          differ(a, b, "", lines, 0)
          return #lines == 0, lines
        end

        local function contains(whole, part)
          if type(whole) == "string" then
            return type(part) == "string" and whole:find(part, 1, true) ~= nil
          end
          if type(whole) ~= "table" then return false end
          for _, value in pairs(whole) do
            if equal(part, value) then return true end
          end
          if type(part) ~= "table" or next(part) == nil then return false end
          for key, value in pairs(part) do
            if not equal(value, whole[key]) then return false end
          end
          return true
        end

        -- Each answers whether it holds, and what is said when it should and does not, or should not and does.
        local matchers = {
          toBe = function(actual, wanted)
            return rawequal(actual, wanted) or (type(actual) == "number" and actual == wanted),
              "to be " .. brief(wanted)
          end,
          toEqual = function(actual, wanted)
            local same, lines = equal(wanted, actual)
            if same then return true, "to equal " .. brief(wanted) end
            return false, "to equal " .. brief(wanted) .. "; - is expected, + is there:\n" .. table.concat(lines, "\n")
          end,
          toBeNil = function(actual) return actual == nil, "to be nil" end,
          toBeTruthy = function(actual) return not not actual, "to be neither nil nor false" end,
          toBeFalsy = function(actual) return not actual, "to be nil or false" end,
          toContain = function(actual, part) return contains(actual, part), "to contain " .. brief(part) end,
          toMatch = function(actual, pattern)
            return type(actual) == "string" and actual:find(pattern) ~= nil,
              "to match the pattern " .. show(pattern)
          end,
          toHaveLength = function(actual, length)
            return (type(actual) == "string" or type(actual) == "table") and #actual == length,
              "to have the length " .. show(length)
          end,
          toBeGreaterThan = function(actual, other) return actual > other, "to be greater than " .. show(other) end,
          toBeLessThan = function(actual, other) return actual < other, "to be less than " .. show(other) end,
        }

        -- Whether a function raises, and with a text in which the given one stands.
        local function raises(body, part)
          if type(body) ~= "function" then error("toRaise needs a function: expect(function() … end).toRaise()", 3) end
          local good, why = pcall(body)
          if good then return false, "to raise an error" .. (part and (" with " .. show(part)) or "") end
          if part == nil then return true, "to raise an error; it raised " .. show(why) end
          local found = type(why) == "string" and why:find(part, 1, true) ~= nil
          return found, "to raise an error with " .. show(part) .. "; it raised " .. show(why)
        end
        matchers.toRaise = raises

        local function matcher_names()
          return table.concat(keys(matchers), ", ")
        end

        -- Those that nothing has been said of yet, by the place where they stand.
        local unsaid = {}

        local function expectation(actual, wanted, mark)
          local self = {}
          local function of(_, name)
            if name == "never" then return expectation(actual, not wanted, mark) end
            local matcher = matchers[name]
            if not matcher then error("expect knows no " .. tostring(name) .. "; it knows " .. matcher_names(), 2) end
            return function(first, second)
              unsaid[mark] = nil
              if rawequal(first, self) then first = second end     -- expect(x):toBe(y) does as well
              local holds, said = matcher(actual, first)
              if holds == wanted then return end
              local value = type(actual) == "function" and "the function" or brief(actual)
              error("expected " .. value .. (wanted and " " or " never ") .. said, 2)
            end
          end
          return setmetatable(self, { __index = of })
        end

        function spec.expect(...)
          if select("#", ...) == 0 then error("expect takes a value", 2) end
          local file, line = place(1)
          local mark = { file = file, line = line }
          unsaid[mark] = true
          return expectation((...), true, mark)
        end

        -- What to say of an expectation that holds whatever the value is; of several the first.
        function spec.unsaid()
          local first
          for mark in pairs(unsaid) do
            if not first or (mark.line or 0) < (first.line or 0) then first = mark end
          end
          unsaid = {}
          if not first then return nil end
          local where = first.file and first.line and first.file .. ":" .. first.line .. ": " or ""
          return where .. "nothing is expected of the value: add a matcher, such as .toBe(value)"
        end

        function spec.expectError(body, part)
          local found, said = raises(body, part)
          if not found then error("expected the function " .. said, 2) end
        end

        return spec
        """#
}
