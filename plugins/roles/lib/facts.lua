-- What a sign-in proves about somebody, as far as the settings look at it.
local facts = {}

---@param provider string?
local function counts(provider, settings)
  if #settings.providers == 0 then return true end
  for _, id in ipairs(settings.providers) do
    if id == provider then return true end
  end
  return false
end

---@param p moongate.JwtParams
local function email(p, settings)
  -- Without a profile the address comes from the site's own `authorize`.
  if not p.profile then return p.user.email end
  if p.profile.email_verified == true or settings.allowUnverifiedEmails then return p.profile.email end
  return nil
end

---@param p moongate.JwtParams
---@return string[]?
local function groups(p, settings)
  local claim = p.profile and p.profile[settings.groupsClaim]
  if type(claim) == "string" then claim = { claim } end
  if type(claim) ~= "table" then return nil end
  local found = {}
  for _, group in ipairs(claim) do
    -- Only those that mean something here: a token has little room, and some people are in hundreds.
    if settings.groups[group] then found[#found + 1] = group end
  end
  if #found == 0 then return nil end
  return found
end

---@param p moongate.JwtParams at sign-in, where `p.user` is present
---@return { email: string?, groups: string[]? }? from nil where there is nothing to keep
function facts.of(p, settings)
  if not counts(p.account and p.account.provider, settings) then return nil end
  local address = email(p, settings)
  if type(address) ~= "string" then address = nil end
  local from = { email = address and address:lower(), groups = groups(p, settings) }
  return next(from) and from or nil
end

return facts
