local fault = require "fault"
return {
  signIn = function(e)
    log.info("told", { signIn = e.user.name })
    return fault("events", e.user.name, nil, "text", deny { code = "none" })
  end,
  signOut = function() log.info("told", { event = "signOut" }) end,
}
