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

        local LONGEST = 300    -- bytes of a value in a sentence: a few lines

        -- A piece of a text that cuts no character of UTF-8 apart.
        local function cut(text, first, last)
          first = math.max(1, first)
          if not utf8.len(text) then return text:sub(first, last) end
          if first > 1 then first = utf8.offset(text, 0, math.min(first, #text)) end
          if last < #text then last = utf8.offset(text, 0, last + 1) - 1 end
          return text:sub(first, last)
        end

        local function brief(value)
          local text = show(value)
          if #text <= LONGEST then return text end
          return cut(text, 1, LONGEST - 1) .. "…"
        end

        -- Where two texts begin to differ.
        local function parting(a, b)
          local same, unlike = 0, math.min(#a, #b) + 1
          while unlike - same > 1 do
            local middle = (same + unlike) // 2
            if a:sub(1, middle) == b:sub(1, middle) then same = middle else unlike = middle end
          end
          return unlike
        end

        -- Both values; two that look the same as far as they are shown from where they differ on, and that place.
        local function both(expected, actual)
          local a, b = brief(expected), brief(actual)
          if type(expected) ~= "string" or type(actual) ~= "string" or expected == actual or a ~= b then return a, b end
          local from = parting(expected, actual)
          local function part(text)
            local last = from + LONGEST // 2
            return "…" .. show(cut(text, from - 20, last)) .. (#text > last and "…" or "")
          end
          return part(expected), part(actual), from
        end

        local SHOWN, MOST = 7, 100    -- differences that are told in full, and that are counted

        -- Adds what differs to `found`; a count of 0 means equal.
        local function differ(expected, actual, path, found, depth)
          if rawequal(expected, actual) or found.count >= found.most then return end
          if type(expected) ~= "table" or type(actual) ~= "table" or depth > 32 then
            if expected == actual and type(expected) ~= "table" then return end
            found.count = found.count + 1
            if found.count > SHOWN then return end
            local a, b, from = both(expected, actual)
            local where = from and " from byte " .. from .. " on" or ""
            found[#found + 1] = "  " .. (path == "" and "the value" or path) .. where
            if expected ~= nil then found[#found + 1] = "    - " .. a end
            if actual ~= nil then found[#found + 1] = "    + " .. b end
            return
          end
          for _, key in ipairs(keys(expected)) do
            differ(expected[key], actual[key], path .. step(key), found, depth + 1)
          end
          for _, key in ipairs(keys(actual)) do
            if expected[key] == nil then
              differ(nil, actual[key], path .. step(key), found, depth + 1)
            end
          end
        end

        local function equal(a, b)
          local found = { count = 0, most = 1 }
          differ(a, b, "", found, 0)
          return found.count == 0
        end

        local function differences(expected, actual)
          local found = { count = 0, most = MOST }
          differ(expected, actual, "", found, 0)
          local more = found.count - SHOWN
          if more > 0 then
            found[#found + 1] = "  and " .. (found.count == MOST and "at least " or "") .. more .. " more"
          end
          return table.concat(found, "\n")
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
            if rawequal(actual, wanted) or (type(actual) == "number" and actual == wanted) then
              return true, "to be " .. brief(wanted)
            end
            local said = "to be " .. brief(wanted)
            if type(wanted) == "table" and equal(wanted, actual) then
              said = said .. " itself; it is another table with the same content: use toEqual"
            end
            local a, b, from = both(wanted, actual)
            if from then said = said .. "; from byte " .. from .. " on " .. b .. " is there and not " .. a end
            return false, said
          end,
          toEqual = function(actual, wanted)
            if equal(wanted, actual) then return true, "to equal " .. brief(wanted) end
            return false, "to equal " .. brief(wanted) .. "; - is expected, + is there:\n" .. differences(wanted, actual)
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
