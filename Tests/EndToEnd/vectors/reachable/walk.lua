-- Everything that Lua code can get hold of from where it stands, one `path: type` each. It uses what a script would
-- use: names, pairs, next, metatables, and the values that those hand out.
local seen

local function try(f, ...)
  local ok, value = pcall(f, ...)
  if ok then return value end
end

-- What `v` lets others do to it.
local function rights(v)
  local protected = getmetatable(v) == false and " sealed" or ""
  local written = pcall(function() v.probe = 1 v.probe = nil end)
  return protected .. (written and "" or " locked")
end

local walk

local function members(lines, path, t)
  local next_of, state = pairs(t)
  if not rawequal(state, t) then walk(lines, path .. "<pairs>", state) end
  local listed = {}
  for key, value in next_of, state do
    listed[key] = true
    walk(lines, path .. "." .. tostring(key), value)
  end
  -- what `next` sees and `pairs` does not
  for key, value in next, t do
    if not listed[key] then walk(lines, path .. "." .. tostring(key), value) end
  end
end

walk = function(lines, path, value)
  local kind = type(value)
  if kind ~= "table" then
    local metatable = kind ~= "string" and getmetatable(value)
    lines[#lines + 1] = path .. ": " .. kind
    if metatable then walk(lines, path .. "<metatable>", metatable) end
    return
  end
  if seen[value] then return end
  seen[value] = true
  lines[#lines + 1] = path .. ": table" .. rights(value)
  local metatable = getmetatable(value)
  if metatable then walk(lines, path .. "<metatable>", metatable) end
  members(lines, path, value)
end

-- Every name that stock Lua has, every one that is declared for editors, and some that old or other Luas have.
local function globals(lines, names, environment)
  for _, name in ipairs(names) do
    local value = try(function() return environment[name] end)
    if value ~= nil then walk(lines, name, value) end
  end
end

-- The environment is the caller's, which need not be that of a library.
return function(names, environment, arguments)
  local lines = {}
  seen = {}
  globals(lines, names, environment)
  walk(lines, "_ENV", environment)
  walk(lines, "''<metatable>", getmetatable(""))
  if arguments ~= nil then walk(lines, "p", arguments) end
  table.sort(lines)
  return lines
end
