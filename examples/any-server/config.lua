---@type moongate.Config
return {
  url       = env("AUTH_URL", "http://localhost:8081"),
  secret    = secret "AUTH_SECRET",                      -- `moongate secret` makes one
  providers = {
    provider "credentials" { credentials = { { name = "username", label = "Name" } } },
    -- { id = "corp", type = "oidc", name = "Corp", issuer = "https://id.example.com",
    --   clientId = "any-server", clientSecret = secret "CORP_SECRET" },
  },
}
