-- Who a name and a password belong to, for `provider "credentials"`. This one knows nobody.
-- To let somebody in, return a user: return { id = "1", name = "Ada", email = "ada@example.com" }
-- Look the password up where it is kept as a hash; never compare with one that stands in a script.
---@type moongate.AuthorizeHook
return function(p)
  log.info("credentials sign-in is not set up", { provider = p.provider })
  return nil
end
