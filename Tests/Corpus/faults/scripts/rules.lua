-- The path says which function goes wrong, and how: `/decide/decide-steps`.
local fault = require "fault"
local function last(path) return path:match("[^/]+$") or "" end
return {
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },
  forbid = {
    { id = "forbid", path = "/forbid/**",
      when = function(c) return fault("forbid", last(c.path), false, 0, { ["@allow"] = {} }) end },
  },
  routes = {
    { id = "all", path = "/**", login = true },
    { id = "when", path = "/when/**", login = true,
      when = function(c) return fault("when", last(c.path), true, "true", allow {}) end },
    { id = "decide", path = "/decide/**", login = true,
      decide = function(c) return fault("decide", last(c.path), allow {}, true, { ["@allow"] = {} }) end },
  },
}
