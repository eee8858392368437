-- One value for each user: device ids and the time of their last sign-in. The oldest make way.
local devices = {}

local MOST = 20

---@param user string
---@param now integer
---@return table<string, integer> known
---@return boolean isSure false where the store cannot say: a spare alert is better than none
function devices.of(user, now)
  local kept, reason = kv.get(user)
  local known = {}
  for id, time in pairs(kept or {}) do
    if now - time < config.remember then known[id] = time end
  end
  return known, reason == nil
end

---@param user string
---@param known table<string, integer>
---@param id string
---@param now integer
function devices.remember(user, known, id, now)
  known[id] = now
  local ids = {}
  for each in pairs(known) do ids[#ids + 1] = each end
  table.sort(ids, function(a, b) return known[a] > known[b] end)
  for place = MOST + 1, #ids do known[ids[place]] = nil end
  local done, reason = kv.set(user, known, { ttl = config.remember })
  if not done then log.warn("device not remembered", { user = user, reason = reason }) end
end

return devices
