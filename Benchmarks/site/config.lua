-- The site that is measured. BENCH_REISSUE is `always` (a new cookie with every read, as Auth.js does) or `changed`.
return {
  url = env("BENCH_URL", "http://localhost:3100"),
  secret = secret "AUTH_SECRET",
  database = "sqlite:bench.db",
  session = { strategy = "jwt" },
  jwt = { reissue = env("BENCH_REISSUE", "changed") },
  reload = { watch = false },
  providers = { provider "credentials" { credentials = { username = { label = "Name" } } } },
}
