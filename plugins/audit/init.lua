local record = require "record"

-- The log comes first: a store that does not answer loses nothing of it.
local function tell(name)
  return function(e)
    local entry = record.of(name, e, config)
    log.info("audit", entry)
    if config.keep == 0 then return end
    local key = ("%d:%s:%s"):format(e.time, e.request.id, name)
    local done, reason = kv.set(key, entry, { ttl = config.keep })
    if not done then log.error("audit record not kept", { key = key, reason = reason }) end
  end
end

---@type moongate.PluginHooks
return {
  events = {
    signIn = tell "signIn",
    signOut = tell "signOut",
    createUser = tell "createUser",
    updateUser = tell "updateUser",
    linkAccount = tell "linkAccount",
  },
}
