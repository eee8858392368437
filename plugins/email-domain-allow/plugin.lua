---@type moongate.PluginManifest
return {
  id = "email-domain-allow", version = "1.0.0", api = 1,
  summary = "Lets in only people whose e-mail address is of a listed domain",
  hooks = { "signIn" },
  config = {
    domains = { type = "list", items = { type = "string", min = 1 }, required = true, min = 1,
      description = "the domains, as in { \"example.com\" }" },
    subdomains = { type = "boolean", default = false, description = "lets in addresses below these domains, too" },
    exceptions = { type = "list", items = { type = "string", min = 3 }, default = {},
      description = "whole addresses that may come in although their domain is not listed" },
    verified = { type = "enum", values = { "required", "unlessDenied" }, default = "required",
      description = "\"required\": the provider calls the address verified; \"unlessDenied\": it may be silent" },
    page = { type = "string", min = 1,
      description = "where the refused go instead of the error page, as in \"/no-entry\"; is given ?reason=" },
  },
}
