local addresses = require "addresses"

-- The client sees nothing of a refusal but `AccessDenied`, unless there is a page that may say more.
local function refuse(code, message)
  if not config.page then return deny { code = code, message = message } end
  log.info("Sign-in refused", { code = code, reason = message })
  return config.page .. (config.page:find("?", 1, true) and "&" or "?") .. "reason=" .. code
end

---@type moongate.PluginHooks
return {
  signIn = function(p)
    -- The provider's word of today counts, not the address that was stored some day.
    local email
    if p.profile then email = p.profile.email else email = p.user.email end
    if type(email) ~= "string" then return refuse("email.missing", "there is no e-mail address to go by") end
    -- Without a profile, the address comes from the site's own `authorize`.
    if p.profile and not addresses.isProven(p.profile, config) then
      return refuse("email.unverified", "the provider has not verified the address")
    end
    if not addresses.isAllowed(email, config) then
      return refuse("email.domain", "the domain of the address is not listed")
    end
    return true
  end,
}
