local fault = require "fault"
return function(p)
  return fault("session", p.session.user.name, p.session, "text", deny { code = "none" })
end
