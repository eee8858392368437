-- Addresses that may not sign in, in lower case. `*@` stands before a whole domain.
local ADDRESSES = { ["mallory@example.com"] = true, ["*@blocked.example"] = true }

local blocked = {}

---@param email string?
---@return boolean
function blocked.has(email)
  local address = (email or ""):lower()
  local domain = address:match("@([^@]+)$") or ""
  return ADDRESSES[address] or ADDRESSES["*@" .. domain] or false
end

return blocked
