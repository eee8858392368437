"""Scripts that go wrong where and how the name of the user, or the address, says: `jwtRead-steps`."""

FAULT = """
local function spin() while true do end end
local function fill() local t = {} for i = 1, 100000000 do t[i] = { i } end end
local go = {
  raise = function() error("broken on purpose") end,
  caught = function() while true do pcall(spin) end end,
  steps = spin,
  cpu = spin,
  wall = spin,
  memory = fill,
  hostCalls = function() for i = 1, 100000 do time.now() end end,
  absent = function() return users.find("1") end,
  forbidden = function() assert(http.get("http://127.0.0.2:9/")) end,
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
  go[how]()
  return value
end
"""

SCRIPTS = {
    "lib/fault": FAULT,
    "signIn": """
        local fault = require "fault"
        return function(p)
          return fault("signIn", p.user.name, true, 1, { ["@deny"] = { code = "none" } })
        end""",
    "jwt": """
        local fault = require "fault"
        return function(p)
          return fault(p.user and "jwtSignIn" or "jwtRead", p.token.name, p.token, true, deny { code = "none" })
        end""",
    "session": """
        local fault = require "fault"
        return function(p)
          return fault("session", p.session.user.name, p.session, "text", deny { code = "none" })
        end""",
    "redirect": """
        local fault = require "fault"
        return function(p) return fault("redirect", p.url, p.url, 42, deny { code = "none" }) end""",
    "authorize": """
        local fault = require "fault"
        return function(p)
          local name = p.credentials.username
          if p.credentials.password ~= "open sesame" then return nil end
          local user = { id = name, name = name }
          return fault("authorize", name, user, "text", { id = name, ["@deny"] = { code = "none" } })
        end""",
    "events": """
        local fault = require "fault"
        return {
          signIn = function(e) return fault("events", e.user.name, nil, "text", deny { code = "none" }) end,
          session = function(e) log.info("told", { session = e.session.user.name }) end,
        }""",
}

# What the log calls each of them.
CODES = {
    "raise": {"script.error"},
    "noValue": {"hook.noReturn"},
    "wrongType": {"hook.type"},
    "lookAlike": {"hook.type", "value.key", "value.handle"},
    "steps": {"script.steps"},
    "caught": {"script.steps"},
    "cpu": {"script.cpu"},
    "wall": {"script.wall"},
    "memory": {"script.memory"},
    "resultSize": {"script.result"},
    "hostCalls": {"script.hostCalls"},
    "absent": {"script.error"},
    "forbidden": {"script.error"},
}

# Which limits bring each of them out: the others are out of reach.
LIMITS = {
    "cpu": "{ script = { steps = 1000000000, cpuMs = 20, wallMs = 20000 } }",
    "wall": "{ script = { steps = 1000000000, cpuMs = 10000, wallMs = 100 } }",
}
PLAIN = "{ script = { steps = 1000000, cpuMs = 2000, wallMs = 5000, memoryMB = 4 } }"


def limits(fault: str) -> str:
    return LIMITS.get(fault, PLAIN)
