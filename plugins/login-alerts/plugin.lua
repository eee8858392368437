---@type moongate.PluginManifest
return {
  id = "login-alerts", version = "1.0.0", api = 1,
  summary = "Tells a webhook when somebody signs in from a device that is new for them",
  hooks = { "events" },
  needs = { http = { "$webhook" }, kv = true },
  config = {
    webhook = { type = "url", required = true, description = "where the alert is sent, with POST" },
    key = { type = "secret", required = true,
      description = "signs the alerts: 32 random bytes in base64, as `moongate secret` prints them" },
    remember = { type = "seconds", default = 7776000, min = 3600, max = 315360000,
      description = "how long a device stays known after its last sign-in" },
    alertUnknown = { type = "boolean", default = false,
      description = "alerts also where no device of the user is known yet, but not for a new user" },
    attempts = { type = "integer", default = 3, min = 1, max = 5, description = "how often an alert is sent at most" },
    timeoutMs = { type = "integer", default = 500, min = 50, max = 5000,
      description = "how long one attempt may take; all of them together have the wall time of an event" },
  },
}
