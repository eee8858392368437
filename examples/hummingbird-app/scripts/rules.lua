-- Who may ask for what. RulesMiddleware asks before every route; save this file and the next request goes by it.
---@type moongate.RuleFile
return {
  default = deny{ status = 404 },
  routes  = {
    { id = "home", path = "/", methods = { "GET" }, public = true },
    { id = "account", path = "/account", methods = { "GET" }, login = true },
    { id = "api", path = "/api/**", roles = { any = { "staff" } } },
  },
  tests = {
    { name = "anybody may see the start page", request = "GET /", allow = true },
    { name = "strangers are asked to sign in", request = "GET /account", login = true },
    { name = "staff may use the API", request = "GET /api/me", as = { role = "staff" }, allow = true },
    { name = "others may not", request = "GET /api/me", as = { role = "user" }, deny = 403 },
  },
}
