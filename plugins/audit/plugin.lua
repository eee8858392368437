---@type moongate.PluginManifest
return {
  id = "audit", version = "1.0.0", api = 1,
  summary = "One log line for each sign-in, sign-out, new user and new account",
  hooks = { "events" },
  needs = { kv = true },
  config = {
    emails = { type = "boolean", default = false, description = "records e-mail addresses, too" },
    keep = { type = "seconds", default = 0, max = 315360000,
      description = "how long records also stay in the key-value store; 0: in the log alone" },
  },
}
