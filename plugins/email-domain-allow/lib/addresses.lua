-- Which addresses may come in. Nothing is guessed: an address that is written oddly is not listed.
local addresses = {}

---@param profile table what the provider says
---@return boolean
function addresses.isProven(profile, settings)
  if settings.verified == "required" then return profile.email_verified == true end
  return profile.email_verified == nil or profile.email_verified == true
end

---@param domain string
---@param parent string
local function isBelow(domain, parent)
  return #domain > #parent + 1 and domain:sub(-#parent - 1) == "." .. parent
end

---@param email string
---@return boolean
function addresses.isAllowed(email, settings)
  email = email:lower()
  for _, exception in ipairs(settings.exceptions) do
    if email == exception:lower() then return true end
  end
  local domain = email:match("^[^@%s]+@([^@%s]+)$")
  if not domain then return false end
  for _, listed in ipairs(settings.domains) do
    listed = listed:lower()
    if domain == listed or settings.subdomains and isBelow(domain, listed) then return true end
  end
  return false
end

return addresses
