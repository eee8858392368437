-- At sign-in, after the closure in App.swift: who is staff.
---@type moongate.JwtHook
return function(p)
  if p.user then
    p.token.role = (p.user.email or ""):find("@example.com", 1, true) and "staff" or "user"
  end
  return p.token
end
