-- At sign-in the token keeps what the provider said (`rolesFrom`). Roles are worked out anew at each read, so that a
-- change of the settings counts for everybody at once.
local facts, roles = require "facts", require "roles"

---@type moongate.PluginHooks
return {
  jwt = function(p)
    local token = p.token
    if p.user then token.rolesFrom = facts.of(p, config) end
    local from = token.rolesFrom or {}
    token.roles = roles.of({ id = token.sub, email = from.email, groups = from.groups }, config)
    return token
  end,

  session = function(p)
    local known = p.token and p.token.roles
    -- Strategy "database": nothing is kept of what the provider said, so only the id counts.
    p.session.user.roles = known or roles.of({ id = p.user and p.user.id }, config)
    return p.session
  end,
}
