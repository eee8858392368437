-- Every feature of a rule file at least once; files of hosts are in rules/.
return {
  default  = deny { status = 404, code = "nothing.here" },
  claims   = { "plan", "suspended", "tenant", "limits" },
  inject   = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles", ["X-Tenant"] = "tenant", ["X-Note"] = false },
  networks = { office = { "127.0.0.5/32", "10.0.0.0/8" }, lab = { "fd00::/8" } },
  roles    = { admin = { "editor", "support" }, editor = { "reader" } },

  forbid = {
    { id = "suspended", when = function(c) return c.user.suspended == true end },
    { id = "trace", methods = { "TRACE", "CONNECT" }, deny = deny { status = 403, code = "method.off" } },
    { id = "lab-only", path = "/lab/**", network = "!lab", deny = deny { status = 404 } },
    { id = "gone", path = "/old/**", deny = deny { status = 410, code = "old.gone", message = "moved in 2024" } },
  },

  routes = {
    { id = "home", path = "/", public = true },
    { id = "assets", path = "/static/**", methods = { "GET" }, public = true },
    { id = "assets-secret", path = "/static/private/**", login = true },
    { id = "account", path = "/account/**", login = true },
    { id = "account-delete", path = "/account", methods = { "DELETE" }, maxAge = 600 },
    { id = "orders", path = "/orders/:id", methods = { "GET", "PUT" }, roles = { any = { "reader", "support" } } },
    { id = "refund", path = "/orders/:id/refund", methods = { "POST" }, roles = { any = { "support" } },
      decide = function(c)
        if c.params.id == "0" then return deny { status = 404, code = "order.unknown" } end
        return allow { headers = { ["X-Note"] = "refund of " .. c.params.id } }
      end },
    { id = "both", path = "/both", roles = { all = { "editor", "auditor" } } },
    { id = "api-read", path = "/api/**", methods = { "GET" }, scopes = { "read" } },
    { id = "api-write", path = "/api/**", methods = { "POST", "PATCH" }, scopes = { "read", "write" } },
    { id = "office", path = "/office/**", network = "office", public = true },
    { id = "office-staff", path = "/office/staff", network = "office", roles = { any = { "editor" } } },
    { id = "bank", path = "/bank/**", maxAge = 600 },
    { id = "plan", path = "/plan/*", login = true, when = function(c) return c.user.plan == "gold" end },
    { id = "tenant", path = "/t/:tenant/**", login = true,
      when = function(c) return c.user.tenant == c.params.tenant end },
    { id = "query", path = "/query", public = true,
      decide = function(c)
        if type(c.query.q) == "table" then return deny { status = 429, code = "query.twice" } end
        if c.query.q == "why" then return redirect { to = "https://docs.example.test/why?token=abc", status = 303 } end
        if c.query.q == "corp" then return login { provider = "corp" } end
        if c.query.q == "again" then return stepUp { maxAge = 30 } end
        if c.query.q == "away" then return redirect { to = "https://evil.example.test/" } end
        if c.query.q == "header" then return allow { headers = { ["X-Other"] = "1" } } end
        if c.query.q == "raise" then error("the author's mistake") end
        if c.query.q == "table" then return { allow = true } end
        if c.query.q == "long" then return allow { headers = { ["X-Note"] = string.rep("x", 3000) } } end
        return nil
      end },
    { id = "broken", path = "/broken", public = true, when = function(c) return c.query.is end },
    { id = "misspelt", path = "/misspelt", public = true, when = function(c) return c.user.plam == "gold" end },
    { id = "deep", path = "/limits", login = true,
      when = function(c) return c.user.limits ~= nil and c.user.limits.daily > 10 end },
    { id = "reset", path = "/reset/:token", public = true },
    { id = "method-only", path = "/method", methods = { "PUT" }, public = true },
    { id = "umlaut", path = "/caf%C3%A9/:name", public = true,
      decide = function(c) return allow { headers = { ["X-Note"] = c.params.name } } end },
  },

  tests = {
    { name = "anonymous may see assets", request = "GET /static/a.css", allow = true },
    { name = "a reader cannot refund", request = "POST /orders/7/refund", as = { sub = "2", roles = { "reader" } },
      deny = 403 },
    { name = "a supporter can", request = "POST /orders/7/refund", as = { sub = "2", roles = { "support" } },
      allow = true },
  },
}
