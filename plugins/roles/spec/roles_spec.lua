local roles = require "roles"

local function signIn(profile, user)
  return hook.jwt {
    token = { sub = "u-1" }, user = user or { id = "u-1", email = profile and profile.email },
    account = { provider = "corp" }, profile = profile, trigger = "signIn",
  }
end

describe("roles at sign-in", function()
  it("come from a verified address, with all that they include", function()
    local token = signIn { email = "Ada@Example.com", email_verified = true }
    expect(token.roles).toEqual { "admin", "editor", "member", "reader" }
  end)

  it("do not come from an address that nobody has verified", function()
    expect(signIn({ email = "ada@example.com", email_verified = false }).roles).toEqual { "member" }
    expect(signIn({ email = "ada@example.com" }).roles).toEqual { "member" }
  end)

  it("do not come from the stored address when the provider says another", function()
    local stored = { id = "u-1", email = "ada@example.com" }
    expect(signIn({ email = "eve@example.com", email_verified = true }, stored).roles).toEqual { "member" }
  end)

  it("come from the address that the site's own `authorize` gave", function()
    expect(signIn(nil, { id = "u-1", email = "ada@example.com" }).roles).toContain "admin"
  end)

  it("come from the groups of the provider", function()
    local token = signIn { groups = { "writers", "strangers", 7 } }
    expect(token.roles).toEqual { "editor", "member", "reader" }
    expect(token.rolesFrom).toEqual { groups = { "writers" } }
  end)

  it("come from one group that is no list, and not from what is neither", function()
    expect(signIn({ groups = "auditors" }).roles).toEqual { "audit", "member" }
    expect(signIn({ groups = 7 }).roles).toEqual { "member" }
  end)

  it("forget what an earlier provider said", function()
    local token = hook.jwt {
      token = { sub = "u-1", rolesFrom = { groups = { "writers" } } }, user = { id = "u-1" },
      account = { provider = "corp" }, profile = { groups = { "strangers" } },
    }
    expect(token.roles).toEqual { "member" }
    expect(token.rolesFrom).toBeNil()
  end)
end)

describe("roles on a read", function()
  it("are worked out anew from what the token keeps", function()
    local token = { sub = "u-1", rolesFrom = { email = "ada@example.com" }, roles = { "gone" } }
    expect(hook.jwt({ token = token }).roles).toEqual { "admin", "editor", "member", "reader" }
  end)

  it("come from the user's id", function()
    expect(hook.jwt({ token = { sub = "u-7" } }).roles).toEqual { "editor", "member", "reader" }
  end)

  it("do not come from the token's e-mail alone", function()
    expect(hook.jwt({ token = { sub = "u-1", email = "ada@example.com" } }).roles).toEqual { "member" }
  end)
end)

describe("the session", function()
  local session = { user = { name = "Ada" }, expires = "2030-01-01T00:00:00.000Z" }

  it("shows the token's roles", function()
    expect(hook.session({ session = session, token = { roles = { "admin" } } }).user.roles).toEqual { "admin" }
  end)

  it("with strategy database shows the roles of the id", function()
    local shown = hook.session { session = session, user = { id = "u-7", email = "ada@example.com" } }
    expect(shown.user.roles).toEqual { "editor", "member", "reader" }
  end)
end)

describe("inheritance", function()
  it("ends where it goes in a circle", function()
    expect(roles.expand({ "a" }, { a = { "b" }, b = { "a", "c" } })).toEqual { "a", "b", "c" }
  end)

  it("gives an empty list to who has no role", function()
    expect(json.encode(roles.expand({}, {}))).toBe "[]"
  end)
end)

describe("settings", function()
  local profile = { email = "Ada@example.com", roles = { "writers" } }

  it("name the claim that lists the groups", function()
    configure { groupsClaim = "roles" }
    expect(signIn(profile).roles).toEqual { "editor", "member", "reader" }
    configure { groupsClaim = "groups" }
    expect(signIn(profile).roles).toEqual { "member" }
  end)

  it("name the providers that count", function()
    configure { groupsClaim = "roles", providers = { "other", "corp" } }
    expect(signIn(profile).roles).toContain "editor"
    configure { providers = { "other" } }
    expect(signIn(profile).roles).toEqual { "member" }
    expect(signIn(nil, { id = "u-1", email = "ada@example.com" }).roles).toEqual { "member" }
  end)

  it("trust addresses that nobody has verified", function()
    configure { allowUnverifiedEmails = true }
    expect(signIn(profile).roles).toContain "admin"
  end)

  it("that change count at the next read", function()
    local token = signIn(profile)
    configure { default = { "guest" } }
    expect(hook.jwt({ token = token }).roles).toEqual { "guest" }
  end)
end)
