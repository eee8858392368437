local function signIn(profile, user)
  return hook.signIn { user = user or { id = "1" }, account = { provider = "corp" }, profile = profile }
end

local function refusal(profile, user)
  local verdict = signIn(profile, user)
  return type(verdict) == "table" and verdict.denied.code
end

local function proven(email) return { email = email, email_verified = true } end

describe("a listed domain", function()
  it("comes in, however it is written", function()
    expect(signIn(proven "ada@example.com")).toBe(true)
    expect(signIn(proven "ADA@EXAMPLE.ORG")).toBe(true)
  end)

  it("comes in through a credentials form", function()
    expect(signIn(nil, { id = "1", email = "ada@example.com" })).toBe(true)
  end)

  it("stays out while the provider does not call the address verified", function()
    expect(refusal { email = "ada@example.com" }).toBe "email.unverified"
    expect(refusal { email = "ada@example.com", email_verified = false }).toBe "email.unverified"
    expect(refusal { email = "ada@example.com", email_verified = "true" }).toBe "email.unverified"
  end)
end)

describe("everybody else", function()
  it("stays out", function()
    for _, email in ipairs {
      "ada@elsewhere.example", "ada@notexample.com", "ada@sub.example.com", "ada@example.com.evil.example",
      "ada@example.com@evil.example", "ada@evil.example@example.com", "@example.com", "example.com", "ada@example.com.",
    } do
      expect(refusal(proven(email))).toBe "email.domain"
    end
  end)

  it("stays out without an address", function()
    expect(refusal { email_verified = true }).toBe "email.missing"
    expect(refusal(proven(7))).toBe "email.missing"
    expect(refusal(nil, { id = "1" })).toBe "email.missing"
  end)

  it("stays out although the stored address is listed", function()
    local stored = { id = "1", email = "ada@example.com" }
    expect(refusal(proven "ada@elsewhere.example", stored)).toBe "email.domain"
    expect(refusal({ email_verified = true }, stored)).toBe "email.missing"
  end)
end)

describe("exceptions", function()
  it("come in by their whole address", function()
    expect(signIn(proven "guest@PARTNER.example")).toBe(true)
    expect(refusal(proven "other@partner.example")).toBe "email.domain"
  end)

  it("have to be verified as the others", function()
    expect(refusal { email = "guest@partner.example", email_verified = false }).toBe "email.unverified"
  end)
end)

describe("settings", function()
  it("let in what is below a domain", function()
    configure { subdomains = true }
    expect(signIn(proven "ada@a.b.example.com")).toBe(true)
    expect(refusal(proven "ada@.example.com")).toBe "email.domain"
    expect(refusal(proven "ada@notexample.com")).toBe "email.domain"
  end)

  it("take addresses that the provider says nothing about", function()
    configure { verified = "unlessDenied" }
    expect(signIn { email = "ada@example.com" }).toBe(true)
    expect(refusal { email = "ada@example.com", email_verified = false }).toBe "email.unverified"
    expect(refusal { email = "ada@example.com", email_verified = "no" }).toBe "email.unverified"
  end)

  it("name a page that is told why", function()
    configure { page = "/no-entry" }
    expect(signIn(proven "ada@elsewhere.example")).toBe "/no-entry?reason=email.domain"
    expect(log.entries()[1].fields).toContain { code = "email.domain" }
    configure { page = "/no-entry?from=moongate" }
    expect(signIn(proven "ada@elsewhere.example")).toBe "/no-entry?from=moongate&reason=email.domain"
    expect(signIn(proven "ada@example.com")).toBe(true)
  end)
end)
