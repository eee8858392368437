local api, person = require "api", require "person"

local ADA = "GET https://hr.internal/people/ada%40example.com?full=1"
local ANSWER = { json = { org = { department = "engines" }, level = 7, salary = 1 } }

local function signIn(profile, token)
  return hook.jwt {
    token = token or { sub = "u-1" }, user = { id = "u-1" }, account = { provider = "corp" },
    profile = profile or { email = "Ada@example.com", email_verified = true },
  }
end

local function read(token) return hook.jwt { token = token } end

describe("claims", function()
  it("are asked for at sign-in, with the secret", function()
    http.fake(ADA, ANSWER)
    expect(signIn()).toContain { department = "engines", level = 7 }
    expect(signIn().salary).toBeNil()
    expect(http.requests()[1].headers).toContain { authorization = "Bearer secret-of-HR_TOKEN" }
  end)

  it("are kept for a while, and then asked for again on a read", function()
    http.fake(ADA, ANSWER, { json = { level = 8 } })
    local token = signIn()
    clock.advance(59)
    expect(read(token).level).toBe(7)
    clock.advance(2)
    expect(read(token).level).toBe(8)
    expect(read(token).department).toBeNil()
    expect(http.requests()).toHaveLength(2)
  end)

  it("stand in while the API does not answer, and not for longer", function()
    http.fake(ADA, ANSWER, { error = "timeout" }, { status = 503 })
    local token = signIn()
    clock.advance(61)
    expect(read(token).level).toBe(7)
    clock.advance(598)
    expect(read(token).level).toBe(7)
    clock.advance(2)
    expectError(function() read(token) end, "does not answer")
  end)

  it("are taken away when the API does not know somebody any more", function()
    http.fake(ADA, ANSWER, { status = 404 })
    local token = signIn()
    clock.advance(61)
    expect(read(token)).toEqual { sub = "u-1", claimsKey = "ada@example.com" }
  end)

  it("let nobody in about whom the API cannot be asked", function()
    http.fake(ADA, { status = 500 }, { body = "no JSON", headers = { ["content-type"] = "application/json" } })
    expectError(function() signIn() end, "status 500")
    clock.advance(6)
    expectError(function() signIn() end, "does not answer")
  end)

  it("are not asked for again at once after a failure", function()
    http.fake(ADA, ANSWER, { error = "timeout" }, { json = { level = 8 } })
    local token = signIn()
    clock.advance(61)
    expect(read(token).level).toBe(7)
    clock.advance(4)
    expect(read(token).level).toBe(7)
    expect(http.requests()).toHaveLength(2)
    clock.advance(2)
    expect(read(token).level).toBe(8)
  end)
end)

describe("while nobody can say", function()
  local OLD = { sub = "u-1", claimsKey = "ada@example.com", level = 7, other = true }
  beforeEach(function() http.fake(ADA, { error = "unreachable" }) end)

  it("reads fail", function()
    expectError(function() read(OLD) end, "fetch.unreachable")
  end)

  it("the token stays as it is where the settings say keep", function()
    configure { whenDown = "keep" }
    expect(read(OLD)).toEqual(OLD)
    expect(log.entries()[1]).toContain { level = "warn" }
  end)

  it("the claims go where the settings say drop", function()
    configure { whenDown = "drop" }
    expect(read(OLD)).toEqual { sub = "u-1", claimsKey = "ada@example.com", other = true }
  end)
end)

describe("whom to ask about", function()
  it("is nobody without a verified address, and an earlier one is forgotten", function()
    expect(signIn { email = "ada@example.com" }).toEqual { sub = "u-1" }
    local earlier = { sub = "u-1", claimsKey = "ada@example.com", level = 7 }
    expect(signIn({ email = "ada@example.com", email_verified = false }, earlier)).toEqual { sub = "u-1" }
    expect(http.requests()).toHaveLength(0)
  end)

  it("is the address that the site's own `authorize` gave", function()
    local p = { user = { email = "Ada@example.com" }, token = {}, account = { provider = "form" } }
    expect(person.key(p, { key = "email", providers = {} })).toBe "ada@example.com"
  end)

  it("is the account or the user where the settings say so", function()
    local p = { token = { sub = "u-1" }, account = { provider = "corp", providerAccountId = "c-7" }, profile = {} }
    expect(person.key(p, { key = "account", providers = {} })).toBe "c-7"
    expect(person.key(p, { key = "account", providers = { "corp" } })).toBe "c-7"
    expect(person.key(p, { key = "account", providers = { "other" } })).toBeNil()
    expect(person.key(p, { key = "id", providers = { "other" } })).toBe "u-1"
  end)

  it("never climbs out of the path", function()
    expect(api.url("../x?y#z ü", "https://h/p/{key}/q")).toBe "https://h/p/..%2Fx%3Fy%23z%20%C3%BC/q"
    for _, key in ipairs { "", ".", ".." } do
      expect(person.key({ token = { sub = key } }, { key = "id", providers = {} })).toBeNil()
    end
  end)
end)

describe("the session", function()
  it("shows what is to be shown", function()
    local shown = hook.session {
      session = { user = { name = "Ada" }, expires = "2030-01-01T00:00:00.000Z" },
      token = { department = "engines", level = 7 },
    }
    expect(shown.user).toEqual { name = "Ada", department = "engines" }
  end)
end)

describe("a member of the answer", function()
  it("is found by its name first, then by its path", function()
    expect(api.member({ ["a.b"] = 1, a = { b = 2 } }, "a.b")).toBe(1)
    expect(api.member({ a = { b = 2 } }, "a.b")).toBe(2)
    expect(api.member({ a = 1 }, "a.b")).toBeNil()
    expect(api.member({ a = false }, "a")).toBe(false)
  end)
end)
