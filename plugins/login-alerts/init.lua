-- Runs after the sign-in has been answered: nothing here keeps anybody waiting or out.
local alert, device, devices = require "alert", require "device", require "devices"

-- A new user's device is no news; neither is the first that we hear of anybody, unless the site wants to know.
local function isWorthAnAlert(e, known)
  if e.isNewUser then return false end
  return next(known) ~= nil or config.alertUnknown
end

---@type moongate.PluginHooks
return {
  events = {
    signIn = function(e)
      local id = device.id(e.request)
      local known, isSure = devices.of(e.user.id, e.time)
      if not known[id] and (not isSure or isWorthAnAlert(e, known)) then
        local sent, why = alert.send(e, id)
        if not sent then
          log.error("login alert not delivered", { user = e.user.id, why = why })
          return                                    -- not remembered: the next sign-in tries again
        end
        log.info("login alert sent", { user = e.user.id })
      end
      devices.remember(e.user.id, known, id, e.time)
    end,
  },
}
