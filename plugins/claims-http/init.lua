local api, person = require "api", require "person"

---@type moongate.PluginHooks
return {
  jwt = function(p)
    local token = p.token
    if p.user then token.claimsKey = person.key(p, config) end
    -- Nobody who can be asked about: no claims.
    local claims, why = {}, nil
    if token.claimsKey then claims, why = api.claims(token.claimsKey) end
    if not claims then
      if config.whenDown == "fail" then error("the API does not answer: " .. tostring(why)) end
      log.warn("claims-http: the API does not answer", { why = why, whenDown = config.whenDown })
      if config.whenDown == "keep" then return token end
      claims = {}
    end
    for name in pairs(config.claims) do token[name] = claims[name] end
    return token
  end,

  session = function(p)
    for _, name in ipairs(config.show) do p.session.user[name] = p.token and p.token[name] end
    return p.session
  end,
}
