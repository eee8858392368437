describe("authorize", function()
  it("lets nobody in with a wrong password", function()
    local user = hook.authorize { credentials = { username = "nobody", password = "wrong" }, provider = "credentials", request = {} }
    expect(user).toBeNil()
  end)
end)
