-- The site of the corpus: every shape of the product judges the same requests by these files.
return {
  url            = "https://app.example.test",
  secret         = string.rep("s", 32),  -- a test's
  session        = { strategy = "jwt" },
  trustedProxies = { "127.0.0.1/32" },
  redirects      = { "https://docs.example.test" },
  decisions      = { log = "decisions.jsonl" },
  reload         = { watch = false },
  providers      = {
    { id = "corp", type = "oidc", issuer = "http://127.0.0.1:1", clientId = "moongate", clientSecret = "corpus" },
  },
  limits = { script = { cpuMs = 2000, wallMs = 60000 } },  -- what is compared is decisions, not how busy the machine is
}
