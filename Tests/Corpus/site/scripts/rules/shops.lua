-- Any shop; a wildcard stands behind an exact host and before no host at all.
return {
  hosts  = { "*.shop.example.test" },
  claims = { "plan" },
  forbid = { { id = "shop-free", path = "/export/**", when = function(c) return c.user.plan ~= "gold" end } },
  routes = {
    { id = "shop-front", path = "/", public = true },
    { id = "shop-export", path = "/export/:file", login = true },
  },
}
