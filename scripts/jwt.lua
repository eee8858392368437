-- Puts a role into the token, once, at sign-in. What is returned is the token; `return nil` ends the session.
local roles = require "roles"

---@type moongate.JwtHook
return function(p)
  if p.user then
    p.token.role = roles.of(p.user.email, p.profile and p.profile.groups)
  end
  return p.token
end
