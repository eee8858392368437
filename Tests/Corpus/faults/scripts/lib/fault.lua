-- Goes wrong where and how the name of the user, or the address, says: `jwtRead-steps`.
local function spin() while true do end end
local function fill() local t = {} for i = 1, 100000000 do t[i] = { i } end end
local go = {
  raise = function() error("broken on purpose") end,
  caught = function() while true do pcall(spin) end end,
  steps = spin,
  cpu = spin,
  wall = spin,
  memory = fill,
  hostCalls = function() for i = 1, 100000000 do time.now() end end,
  absent = function() return users.find("1") end,
  forbidden = function() assert(http.get("http://127.0.0.2:9/")) end,
  unreachable = function() assert(http.get("http://127.0.0.1:9/")) end,
  kvDown = function() assert(select("#", kv.get("x")) == 1) end,
  poolFull = function() assert(http.get("http://HANGS/hang", { timeoutMs = 60000 })) end,
}

-- The value, unless `name` says that this hook goes wrong: then what it says, or nothing at all.
return function(hook, name, value, wrong, lookAlike)
  local at, how = (name or ""):match("(%a+)%-(%a+)$")
  if at ~= hook then return value end
  if how == "noValue" then return end
  if how == "wrongType" then return wrong end
  if how == "lookAlike" then return lookAlike end
  if how == "resultSize" then
    if type(value) ~= "table" then return ("x"):rep(100000) end
    value.more = ("x"):rep(100000)
    return value
  end
  if go[how] then go[how]() end
  return value
end
