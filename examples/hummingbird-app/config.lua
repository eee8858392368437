---@type moongate.Config
return {
  url       = env("AUTH_URL", "http://localhost:8080"),
  secret    = secret "AUTH_SECRET",                      -- development mode needs none
  providers = {
    provider "dev" {},                                   -- sign in as anyone; only in development mode
    -- { id = "corp", type = "oidc", name = "Corp", issuer = "https://id.example.com",
    --   clientId = "app", clientSecret = secret "CORP_SECRET" },
  },
}
