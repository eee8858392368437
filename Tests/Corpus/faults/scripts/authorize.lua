local fault, keep = require "fault", require "keep"
return function(p)
  local name = p.credentials.username
  if p.credentials.password ~= "open sesame" then return nil end
  keep("authorize", name)
  local user = { id = name, name = name }
  return fault("authorize", name, user, "text", { id = name, ["@deny"] = { code = "none" } })
end
