-- Whom to ask about. Decided at sign-in, where it is known what has been proven, and kept in the token.
local person = {}

---@param provider string?
local function counts(provider, settings)
  if #settings.providers == 0 then return true end
  for _, id in ipairs(settings.providers) do
    if id == provider then return true end
  end
  return false
end

---@param p moongate.JwtParams at sign-in
---@return any
local function found(p, settings)
  if settings.key == "id" then return p.token.sub end
  if not counts(p.account and p.account.provider, settings) then return nil end
  if settings.key == "account" then return p.account and p.account.providerAccountId end
  -- Without a profile the address comes from the site's own `authorize`.
  if not p.profile then return p.user.email and p.user.email:lower() end
  if p.profile.email_verified ~= true or type(p.profile.email) ~= "string" then return nil end
  return p.profile.email:lower()
end

---@param p moongate.JwtParams
---@return string? key nil where there is nobody to ask about
function person.key(p, settings)
  local key = found(p, settings)
  -- The two that mean something in a path, also when they are escaped.
  if type(key) ~= "string" or key == "" or key == "." or key == ".." then return nil end
  return key
end

return person
