describe("redirect", function()
  local function target(url)
    return hook.redirect { url = url, baseUrl = "https://s.example" }
  end

  it("takes paths and addresses of this site", function()
    expect(target("/a")).toBe("https://s.example/a")
    expect(target("https://s.example")).toBe("https://s.example")
    expect(target("https://s.example/b")).toBe("https://s.example/b")
  end)

  it("leaves everything else to the default", function()
    for _, url in ipairs { "//evil.example", "https://s.example.evil/", "https://evil.example/" } do
      expect(target(url)).toBeNil()
    end
  end)
end)
