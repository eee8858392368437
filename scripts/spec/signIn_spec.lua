describe("signIn", function()
  it("refuses addresses that are on the list", function()
    for _, email in ipairs { "mallory@example.com", "MALLORY@example.com", "any@blocked.example" } do
      expect(hook.signIn { user = { email = email } }.denied).toContain { code = "blocked" }
    end
  end)

  it("lets everybody else in", function()
    expect(hook.signIn { user = { email = "ada@example.com" } }).toBe(true)
    expect(hook.signIn { user = {} }).toBe(true)
  end)
end)
