-- Who may come in at all: everybody who is not on the list.
local blocked = require "blocked"

---@type moongate.SignInHook
return function(p)
  if blocked.has(p.user and p.user.email) then
    return deny { code = "blocked", message = "the address is on the list" }
  end
  return true
end
