-- What the admin's host adds: asked before the routes without a host.
return {
  hosts   = { "admin.example.test" },
  default = login {},
  routes  = {
    { id = "admin-any", path = "/**", roles = { any = { "admin" } } },
    { id = "admin-health", path = "/health", methods = { "GET" }, public = true },
  },
}
