describe("authorize", function()
  it("knows nobody until it is edited", function()
    local user = hook.authorize { credentials = { username = "a", password = "b" }, provider = "credentials", request = {} }
    expect(user).toBeNil()
    expect(log.entries()[1].message).toBe("credentials sign-in is not set up")
  end)
end)
