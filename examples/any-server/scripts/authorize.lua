-- Stands for a look-up of yours, so that the example can be tried without a provider: lets in one name, without a password.
---@type moongate.AuthorizeHook
return function(p)
  if p.credentials.username == "ada" then return { id = "7", name = "Ada" } end
  return nil
end
