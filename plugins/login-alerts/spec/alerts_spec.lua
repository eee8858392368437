local device = require "device"

local HOOK = "POST https://hooks.example.com/alerts"

beforeEach(function() secret.fake("ALERT_KEY", "c2VjcmV0IG9mIHRoZSByZWNlaXZlciwgMzIgYnl0ZXM=") end)

local function signIn(agent, changes)
  local e = {
    user = { id = "u-1", name = "Ada", email = "ada@example.com" },
    account = { provider = "corp", access_token = "hush" }, profile = { phone = "hush" }, isNewUser = false,
    request = { id = "r-1", ip = "192.0.2.7", userAgent = agent }, time = time.now(),
  }
  for name, value in pairs(changes or {}) do e[name] = value end
  hook.events("signIn", e)
end

local function sent() return http.requests() end

describe("an alert", function()
  it("is sent for a device that is new for a user with known ones", function()
    http.fake(HOOK, { status = 204 })
    signIn "laptop"
    expect(sent()).toHaveLength(0)
    signIn "phone"
    expect(sent()).toHaveLength(1)
    expect(sent()[1].json).toContain { type = "signIn.newDevice", timestamp = time.now() }
    expect(sent()[1].json.data).toContain {
      user = { id = "u-1", name = "Ada", email = "ada@example.com" }, provider = "corp", ip = "192.0.2.7",
      userAgent = "phone",
    }
    expect(sent()[1].body).never.toContain "hush"
  end)

  it("is signed over id, time and body", function()
    http.fake(HOOK, { status = 200 })
    signIn "laptop"
    signIn "phone"
    local headers, body = sent()[1].headers, sent()[1].body
    expect(headers["webhook-id"]).toBe "signIn-r-1"
    local signed, key = "signIn-r-1.1700000000." .. body, "secret of the receiver, 32 bytes"
    expect(headers["webhook-signature"]).toBe("v1," .. crypto.hmac(key, signed, { encoding = "base64" }))
  end)

  it("is not sent again for a known device", function()
    http.fake(HOOK, { status = 200 })
    signIn "laptop"
    signIn "phone"
    signIn "phone"
    signIn "laptop"
    expect(sent()).toHaveLength(1)
  end)

  it("is not sent for a new user", function()
    signIn("laptop", { isNewUser = true })
    expect(sent()).toHaveLength(0)
  end)

  it("is sent for the first device that is seen where the settings say so, but not for a new user", function()
    configure { alertUnknown = true }
    http.fake(HOOK, { status = 200 })
    signIn("laptop", { isNewUser = true, user = { id = "u-2" } })
    expect(sent()).toHaveLength(0)
    signIn "laptop"
    expect(sent()).toHaveLength(1)
  end)

  it("is sent for a device that was not used for long", function()
    http.fake(HOOK, { status = 200 })
    signIn "laptop"
    clock.advance(7776000 // 2)
    signIn "phone"
    clock.advance(7776000 // 2 + 1)
    signIn "laptop"
    expect(sent()).toHaveLength(2)
  end)
end)

describe("a receiver that fails", function()
  it("is asked again, with the same id", function()
    http.fake(HOOK, { status = 503 }, { error = "timeout" }, { status = 200 })
    signIn "laptop"
    signIn "phone"
    expect(sent()).toHaveLength(3)
    expect(sent()[3].headers["webhook-id"]).toBe "signIn-r-1"
    expect(log.entries()[1]).toContain { level = "info", message = "login alert sent" }
  end)

  it("is given up after three attempts, and hears of the next sign-in", function()
    http.fake(HOOK, { error = "unreachable" })
    signIn "laptop"
    signIn "phone"
    expect(sent()).toHaveLength(3)
    expect(log.entries()[1]).toContain { level = "error", message = "login alert not delivered" }
    http.fake(HOOK, { status = 200 })
    signIn "phone"
    expect(sent()).toHaveLength(4)
  end)

  it("is not asked again when it refuses", function()
    http.fake(HOOK, { status = 400 })
    signIn "laptop"
    signIn "phone"
    expect(sent()).toHaveLength(1)
    expect(log.entries()[1].fields).toContain { why = "status 400" }
  end)
end)

describe("a device", function()
  local function same(a, b) return device.id(a) == device.id(b) end

  it("is the same from another address of its network", function()
    expect(same({ ip = "192.0.2.7" }, { ip = "192.0.2.99" })).toBe(true)
    expect(same({ ip = "192.0.2.7" }, { ip = "192.0.3.7" })).toBe(false)
    expect(same({ ip = "::ffff:192.0.2.7" }, { ip = "192.0.2.99" })).toBe(true)
  end)

  it("has a network in IPv6, too, however that is written", function()
    expect(device.network "2001:db8:7::1").toBe "2001:db8:7"
    expect(device.network "2001:0DB8:0007:9:0:0:0:1").toBe "2001:db8:7"
    expect(device.network "2001:db8::1").toBe "2001:db8:0"
    expect(device.network "::1").toBe "0:0:0"
    expect(device.network(nil)).toBe ""
  end)

  it("is another with another browser, and known by a hash only", function()
    expect(same({ ip = "192.0.2.7", userAgent = "a" }, { ip = "192.0.2.7", userAgent = "b" })).toBe(false)
    expect(device.id { ip = "192.0.2.7", userAgent = "a browser" }).toMatch "^%x+$"
  end)
end)

describe("what is kept", function()
  it("is at most twenty devices of one user", function()
    http.fake(HOOK, { status = 200 })
    for i = 1, 25 do
      clock.advance(1)
      signIn("browser " .. i)
    end
    local count = 0
    for _ in pairs(kv.get "u-1") do count = count + 1 end
    expect(count).toBe(20)
  end)
end)
