-- Asks Moongate about a request: "may it go on?" (httpd.conf says when).
-- What is not a clear yes is answered here. An error in this file is 500.

local http = require "socket.http"

local VERIFY = "http://127.0.0.1:3000/auth/verify"
http.TIMEOUT = 5 -- seconds
-- As in `inject` of rules.lua.
local IDENTITY = { "X-User-Id", "X-User-Roles" }
-- What Moongate wants to know of the client, beside the request line.
local ASKED = { "Cookie", "Authorization", "Accept", "X-Requested-With", "Sec-Fetch-Mode" }

-- What no client may say, by the beginning of the name.
local FORBIDDEN = {
  "x-user-", "x-auth-", "x-original-", "x-forwarded-", "x-rewrite-url", "x-http-method", "x-method-override", "forwarded",
  "http2-settings", "upgrade", "te", "trailer",
}

local function isForbidden(name)
  -- CGI, WSGI, Rack and PHP make `_` of whatever is no letter and no digit: to them X_User_Id and X!User'Id are X-User-Id.
  if name:find("[^A-Za-z0-9-]") then return true end
  name = name:lower()
  for _, start in ipairs(FORBIDDEN) do
    local isWhole = start:sub(-1) ~= "-"
    if name == start or (not isWhole and name:sub(1, #start) == start) then return true end
  end
  return name:sub(1, 13) == "x-http-method"
end

local function clean(r)
  for name in pairs(r:headers_in_table()) do
    if isForbidden(name) then r.headers_in[name] = nil end
  end
  -- mod_proxy drops the fields that Connection names, X-User-Id among them if a client says so.
  local connection = r.headers_in["Connection"]
  if connection then r.headers_in["Connection"] = connection:lower():find("close", 1, true) and "close" or nil end
end

local function question(r)
  local asked = {
    ["X-Original-Method"] = r.method,
    -- The target as the client sent it: what is decided is what goes on.
    ["X-Original-URL"] = (r.is_https and "https://" or "http://") .. (r.headers_in["Host"] or "") .. r.unparsed_uri,
    ["X-Forwarded-For"] = r.useragent_ip,
  }
  for _, name in ipairs(ASKED) do asked[name] = r.headers_in[name] end
  return asked
end

local function refuse(r, status, headers)
  r.err_headers_out["Cache-Control"] = "private, no-store"
  r.err_headers_out["Location"] = headers["x-auth-redirect"]
  r.err_headers_out["WWW-Authenticate"] = headers["www-authenticate"]
  r.err_headers_out["Retry-After"] = headers["retry-after"]
  local meant = tonumber(headers["x-auth-status"] or "")
  if meant and meant >= 300 then return meant end
  if type(status) == "number" and status >= 400 then return status end
  return 503
end

function verify(r)
  clean(r)
  -- httpd chooses between Moongate and the app by this same path (ProxyPass), decoded and without dot segments.
  if r.uri == "/auth/verify" then return 404 end
  if r.uri:sub(1, 6) == "/auth/" then return apache2.OK end
  -- A request with an absolute URL may name another host there than in Host.
  if r.unparsed_uri:sub(1, 1) ~= "/" then return 400 end

  local received, status, headers = http.request {
    url = VERIFY, headers = question(r), redirect = false, sink = function() return 1 end,
  }
  if not received then
    r:err("Moongate cannot be asked: " .. tostring(status))
    return refuse(r, 503, {})
  end
  for number = 1, 6 do
    local cookie = headers["x-auth-set-cookie-" .. number]
    if cookie then r.subprocess_env["MOONGATE_COOKIE_" .. number] = cookie end
  end
  if status ~= 200 then return refuse(r, status, headers) end
  for _, name in ipairs(IDENTITY) do
    local value = headers[name:lower()]
    if value and value ~= "" then r.headers_in[name] = value end
  end
  return apache2.OK
end
