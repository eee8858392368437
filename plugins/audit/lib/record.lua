-- The schema of a record. Members are only ever added: what reads the log relies on them. No token of a provider, no
-- claim and no credential is ever in it.
local record = { VERSION = 1 }

local function userId(e)
  if e.user then return e.user.id end
  if e.token then return e.token.sub end
  return e.session and e.session.userId
end

---@param name string the event
---@param e table what happened
---@param settings { emails: boolean }
---@return table<string, any>
function record.of(name, e, settings)
  local account = e.account or {}
  local about = e.user or e.token or {}
  return {
    version = record.VERSION,
    event = name,
    at = e.time,
    requestId = e.request.id,
    ip = e.request.ip,
    userAgent = e.request.userAgent,
    userId = userId(e),
    email = settings.emails and about.email or nil,
    provider = account.provider,
    providerAccountId = account.providerAccountId,
    isNewUser = e.isNewUser,
  }
end

return record
