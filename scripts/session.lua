-- What the client may see of a session: beside name, e-mail and image also id and role.
---@type moongate.SessionHook
return function(p)
  local user = p.session.user
  if user and p.token then
    user.id, user.role = p.token.sub, p.token.role
  end
  return p.session
end
