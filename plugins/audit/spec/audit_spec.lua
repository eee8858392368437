local record = require "record"

local KEY = "1700000000:r-1:signIn"
local request = { id = "r-1", ip = "192.0.2.7", userAgent = "a browser" }
local account = { provider = "corp", providerAccountId = "c-7", access_token = "hush", id_token = "hush" }

local function signIn()
  return {
    user = { id = "u-1", email = "ada@example.com" }, account = account, profile = { phone = "hush" },
    isNewUser = true, request = request, time = 1700000000,
  }
end

describe("a record in the log", function()
  it("says who came in, how, from where and when", function()
    hook.events("signIn", signIn())
    expect(log.entries()).toHaveLength(1)
    expect(log.entries()[1]).toContain { level = "info", message = "audit" }
    expect(log.entries()[1].fields).toContain {
      version = "1", event = "signIn", at = "1700000000", requestId = "r-1", ip = "192.0.2.7", userAgent = "a browser",
      userId = "u-1", provider = "corp", providerAccountId = "c-7", isNewUser = "true",
    }
  end)

  it("holds nothing secret, and no address unless that is asked for", function()
    hook.events("signIn", signIn())
    local text = json.encode(log.entries())
    expect(text).never.toContain "hush"
    expect(text).never.toContain "ada@example.com"
    expect(record.of("signIn", signIn(), { emails = true }).email).toBe "ada@example.com"
  end)

  it("says who left, with either strategy", function()
    hook.events("signOut", { token = { sub = "u-1" }, request = request, time = 1700000000 })
    hook.events("signOut", { session = { userId = "u-2" }, request = request, time = 1700000000 })
    expect(log.entries()[1].fields).toContain { event = "signOut", userId = "u-1" }
    expect(log.entries()[2].fields).toContain { event = "signOut", userId = "u-2" }
  end)

  it("is written for every event but reads of sessions", function()
    local user = { id = "u-1" }
    hook.events("createUser", { user = user, request = request, time = 1700000000 })
    hook.events("updateUser", { user = user, request = request, time = 1700000000 })
    hook.events("linkAccount", { user = user, account = account, request = request, time = 1700000000 })
    expect(log.entries()).toHaveLength(3)
    expectError(function() hook.events("session", { request = request }) end, "listens")
  end)

  it("leaves out what is not known", function()
    local found = record.of("signOut", { request = { id = "r-1" }, time = 1 }, { emails = true })
    expect(found).toEqual { version = 1, event = "signOut", at = 1, requestId = "r-1" }
  end)
end)

describe("a record in the store", function()
  it("is the same, under time, request and event", function()
    hook.events("signIn", signIn())
    expect(kv.get(KEY)).toContain { event = "signIn", userId = "u-1", isNewUser = true }
  end)

  it("goes after its time", function()
    hook.events("signIn", signIn())
    clock.advance(61)
    expect(kv.get(KEY)).toBeNil()
  end)

  it("is none unless the settings say so", function()
    configure { keep = 0 }
    hook.events("signIn", signIn())
    expect(kv.get(KEY)).toBeNil()
    expect(log.entries()).toHaveLength(1)
  end)
end)
