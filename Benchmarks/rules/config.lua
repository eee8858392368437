-- The site whose decisions are measured.
return {
  url            = "http://localhost:3120",
  secret         = secret "AUTH_SECRET",
  session        = { strategy = "jwt" },
  trustedProxies = { "127.0.0.1/32" },
  reload         = { watch = false },
}
