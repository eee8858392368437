-- Signed as Standard Webhooks says (standardwebhooks.com), so that a receiver can use a library that is there.
local alert = {}

---@param e moongate.SignInEvent
---@param device string
---@return string json
function alert.body(e, device)
  return json.encode {
    type = "signIn.newDevice",
    timestamp = e.time,
    data = {
      user = { id = e.user.id, name = e.user.name, email = e.user.email },
      provider = e.account.provider,
      ip = e.request.ip, userAgent = e.request.userAgent, device = device,
    },
  }
end

local function isFinal(answer)
  return answer ~= nil and answer.status ~= 429 and answer.status < 500
end

---@return boolean sent
---@return string? why
function alert.send(e, device)
  local body, id, at = alert.body(e, device), "signIn-" .. e.request.id, tostring(time.now())
  local digest, problem = crypto.hmac(config.key, id .. "." .. at .. "." .. body, {
    encoding = "base64", keyEncoding = "base64",
  })
  if not digest then return false, problem end
  local headers = {
    ["Content-Type"] = "application/json",
    ["Webhook-Id"] = id, ["Webhook-Timestamp"] = at, ["Webhook-Signature"] = "v1," .. digest,
  }
  local why
  for _ = 1, config.attempts do
    local answer
    answer, why = http.post(config.webhook, body, { headers = headers, timeoutMs = config.timeoutMs })
    if answer and answer.status >= 200 and answer.status < 300 then return true end
    if answer then why = "status " .. answer.status end
    if isFinal(answer) then break end
  end
  return false, why
end

return alert
