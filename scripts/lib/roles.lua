-- Which role a user has: by the groups that the provider tells, else by the domain of the e-mail address.
local roles = {}

local BY_GROUP  = { admins = "admin", staff = "staff" }
local BY_DOMAIN = { ["example.com"] = "staff" }

---@param email string?
---@param groups string[]?
---@return string
function roles.of(email, groups)
  if type(groups) == "table" then
    for _, group in ipairs(groups) do
      if BY_GROUP[group] then return BY_GROUP[group] end
    end
  end
  local domain = (email or ""):lower():match("@([^@]+)$")
  return domain and BY_DOMAIN[domain] or "user"
end

return roles
