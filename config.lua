---@type moongate.Config
return {
  url       = env("AUTH_URL", "http://localhost:3000"),  -- where browsers find the site; http only on this machine
  secret    = secret "AUTH_SECRET",                      -- `moongate secret` makes one; `serve --dev` needs none
  database  = "sqlite:moongate.db",                      -- beside this file
  session   = { strategy = "jwt" },                      -- or "database"
  providers = {
    provider "dev" {},                                   -- sign in as anyone; only with `moongate serve --dev`
    -- { id = "corp", type = "oidc", name = "Corp", issuer = "https://id.example.com",
    --   clientId = "moongate", clientSecret = secret "CORP_SECRET" },
  },
}
