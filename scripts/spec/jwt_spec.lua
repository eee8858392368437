describe("jwt", function()
  local function role(email, groups)
    local token = hook.jwt { token = { sub = "1" }, user = { email = email }, profile = { groups = groups } }
    return token.role
  end

  it("gives staff their role by domain", function()
    expect(role("ada@example.com")).toBe("staff")
    expect(role("eve@EXAMPLE.com")).toBe("staff")
  end)

  it("gives everybody else the role user", function()
    expect(role("bob@elsewhere.example")).toBe("user")
    expect(role("nobody")).toBe("user")
  end)

  it("takes the provider's groups first", function()
    expect(role("bob@elsewhere.example", { "admins" })).toBe("admin")
  end)

  it("leaves the token alone on a read", function()
    local token = { sub = "1", role = "admin" }
    expect(hook.jwt { token = token }).toEqual(token)
  end)
end)
