local fault, keep = require "fault", require "keep"
return function(p)
  local name = p.token.name
  if p.user then keep("jwtSignIn", name) end
  return fault(p.user and "jwtSignIn" or "jwtRead", name, p.token, true, deny { code = "none" })
end
