local fault, keep = require "fault", require "keep"
return function(p)
  keep("signIn", p.user.name)
  return fault("signIn", p.user.name, true, 1, { ["@deny"] = { code = "none" } })
end
