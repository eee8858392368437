-- Asks Moongate about a request: "may it go on?" (haproxy.cfg says when).
-- What is not a clear yes is answered here, or left to haproxy.cfg, which then refuses.

local VERIFY = "http://127.0.0.1:3000/auth/verify"
local TIMEOUT = 5000 -- milliseconds
-- As in `inject` of rules.lua. haproxy.cfg has deleted what a client sent under such names.
local IDENTITY = { "x-user-id", "x-user-roles" }
-- What Moongate wants to know of the client, beside the request line.
local ASKED = { "cookie", "authorization", "accept", "x-requested-with", "sec-fetch-mode", "x-forwarded-for" }

-- Values of a field as a list; HAProxy counts from 0.
local function values(headers, name)
  local list, found = headers[name] or {}, {}
  for index = 0, #list do
    if list[index] then found[#found + 1] = list[index] end
  end
  return found
end

local function question(txn)
  local headers = txn.http:req_get_headers()
  local asked = {
    ["x-original-method"] = { txn.sf:method() },
    -- The target as the client sent it: what is decided is what goes on.
    ["x-original-url"] = {
      (txn.sf:ssl_fc() == "1" and "https://" or "http://") .. txn.sf:req_fhdr("host") .. txn.sf:url(),
    },
    -- And once more by itself: a Host that holds a slash cannot pass for a target.
    ["x-original-uri"] = { txn.sf:url() },
  }
  for _, name in ipairs(ASKED) do
    local list = values(headers, name)
    if #list > 0 then asked[name] = list end
  end
  return asked
end

-- What nginx calls 401 is a redirect where Moongate says so.
local function refuse(txn, answer)
  local status = answer.status
  if not status or status < 300 then status = 503 end
  local headers = { ["cache-control"] = { "private, no-store" } }
  local redirect = values(answer.headers or {}, "x-auth-redirect")[1]
  local meant = tonumber(values(answer.headers or {}, "x-auth-status")[1] or "")
  if meant and meant >= 300 then status = meant end
  if redirect then headers["location"] = { redirect } end
  for _, name in ipairs { "www-authenticate", "retry-after", "set-cookie" } do
    local list = values(answer.headers or {}, name)
    if #list > 0 then headers[name] = list end
  end
  txn:done(txn:reply { status = status, headers = headers })
end

core.register_action("moongate", { "http-req" }, function(txn)
  local client = core.httpclient()
  local answer = client:get { url = VERIFY, headers = question(txn), timeout = TIMEOUT }
  if answer.status ~= 200 then
    refuse(txn, answer)
    return
  end
  for _, name in ipairs(IDENTITY) do
    local value = values(answer.headers, name)[1]
    if value and value ~= "" then txn.http:req_set_header(name, value) end
  end
  for number = 1, 6 do
    local cookie = values(answer.headers, "x-auth-set-cookie-" .. number)[1]
    if cookie then txn:set_var("txn.cookie" .. number, cookie) end
  end
  txn:set_var("txn.moongate", "allowed")
end, 0)
