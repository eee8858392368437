describe("session", function()
  it("shows id and role beside the name", function()
    local session = hook.session {
      session = { user = { name = "Ada" }, expires = "2030-01-01T00:00:00.000Z" },
      token = { sub = "1", role = "staff" },
    }
    expect(session.user).toEqual { name = "Ada", id = "1", role = "staff" }
  end)
end)
