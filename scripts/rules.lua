-- Who may send which request to what stands behind: asked by a proxy at /auth/verify, or by RulesMiddleware in a server of
-- your own. docs/rules.md has all of it. `moongate explain GET /admin/users` says what is decided, and why.
---@type moongate.RuleFile
return {
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },   -- what the app behind is told
  routes = {
    { id = "start",   path = "/",            methods = { "GET" }, public = true },
    { id = "account", path = "/account/**",  login = true },
    { id = "admin",   path = "/admin/**",    roles = { any = { "admin" } } },
  },
  default = deny { status = 404 },                                 -- whatever no route names
  tests = {                                                        -- run whenever the file is loaded
    { request = "GET /", allow = true },
    { request = "GET /account/7", login = true },
    { request = "GET /admin/users", as = { id = "7", roles = { "user" } }, deny = 403 },
    { request = "GET /admin/users", as = { id = "1", roles = { "admin" } }, allow = true },
    { request = "GET /account/../admin/", deny = true },
  },
}
