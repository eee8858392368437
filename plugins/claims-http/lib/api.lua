local api = {}

---@param text string
local function escaped(text)
  return (text:gsub("[^%w%-._~]", function(byte) return ("%%%02X"):format(byte:byte()) end))
end

---@param key string
---@return string
function api.url(key, endpoint)
  local value = escaped(key)
  return (endpoint:gsub("{key}", function() return value end))
end

---A member of a table by its name, or by names with dots between them from the outside in.
---@param value table
---@param path string
---@return any
function api.member(value, path)
  if value[path] ~= nil then return value[path] end
  for name in path:gmatch("[^.]+") do
    if type(value) ~= "table" then return nil end
    value = value[name]
  end
  return value
end

---@param key string
---@return table<string, any>? claims
---@return string? reason
local function ask(key)
  local answer, why = http.get(api.url(key, config.endpoint), {
    bearer = config.token, timeoutMs = config.timeoutMs, headers = { Accept = "application/json" },
  })
  if not answer then return nil, why end
  if answer.status == 404 then return {} end         -- somebody whom the API does not know
  if answer.status ~= 200 then return nil, "status " .. answer.status end
  if type(answer.json) ~= "table" then return nil, answer.jsonError or "the answer is no JSON object" end
  local claims = {}
  for name, path in pairs(config.claims) do claims[name] = api.member(answer.json, path) end
  return claims
end

---One attempt, whatever comes of it, kept for `retryAfter`: while the API hangs, not every read waits for it.
---@param key string
---@param name string
---@return table<string, any>? claims
---@return string? reason
local function attempt(key, name)
  local outcome = cache("attempt:" .. name, math.min(config.retryAfter, config.ttl), function()
    local claims, why = ask(key)
    return { claims = claims, why = why }
  end)
  return outcome.claims, outcome.why
end

---What the API says of somebody, at most `ttl` old; while it does not answer, `staleIfError` older.
---@param key string
---@return table<string, any>? claims
---@return string? reason
function api.claims(key)
  local name = crypto.sha256(key)
  local options = { staleIfError = config.staleIfError }
  return cache("claims:" .. name, config.ttl, function() return attempt(key, name) end, options)
end

return api
