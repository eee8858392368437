-- Ten routes, one of them with a function.
return {
  claims = { "department" },
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },
  routes = {
    { path = "/healthz", public = true },
    { path = "/static/**", methods = { "GET" }, public = true },
    { path = "/account/**", login = true },
    { path = "/orders", login = true },
    { path = "/orders/:id", login = true },
    { path = "/orders/:id/refund", methods = { "POST" }, login = true },
    { path = "/reports/:year/:month", login = true },
    { path = "/admin/**", roles = { any = { "admin" } } },
    { path = "/api/**", login = true },
    { path = "/department/**", login = true, when = function(c) return c.user.department == "engineering" end },
  },
}
