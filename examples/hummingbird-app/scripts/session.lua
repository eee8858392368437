-- What the app decodes as `Profile`.
---@type moongate.SessionHook
return function(p)
  local user = p.session.user
  user.id, user.role, user.tenant = p.token.sub, p.token.role, p.token.tenant
  return p.session
end
