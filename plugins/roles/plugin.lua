---@type moongate.PluginManifest
return {
  id = "roles", version = "1.0.0", api = 1,
  summary = "Roles by person and by group, with inheritance, in the token and in the session",
  hooks = { "jwt", "session" },
  config = {
    roles = { type = "map", items = { type = "list" }, default = {},
      description = "what a role includes, as in { admin = { \"editor\" } }" },
    emails = { type = "map", items = { type = "list" }, default = {},
      description = "roles by e-mail address in lower case; counts where the provider has verified it" },
    users = { type = "map", items = { type = "list" }, default = {},
      description = "roles by user id, the token's `sub`" },
    groups = { type = "map", items = { type = "list" }, default = {},
      description = "roles by group of the provider" },
    default = { type = "list", default = {}, description = "roles of everybody who is signed in" },
    groupsClaim = { type = "string", min = 1, default = "groups",
      description = "the claim of the provider's profile that lists the groups" },
    providers = { type = "list", default = {},
      description = "ids of the providers whose addresses and groups count; empty: all of them" },
    allowUnverifiedEmails = { type = "boolean", default = false,
      description = "addresses count also where the provider does not say that they are verified" },
  },
}
