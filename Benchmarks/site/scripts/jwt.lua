-- What a site's jwt hook does on every read: looks through the groups, sets three claims.
return function(p)
  local token = p.token
  local isStaff, seen = false, 0
  for _, group in ipairs(token.groups or {}) do
    seen = seen + 1
    if group == "staff-admins" then isStaff = true end
  end
  token.role = isStaff and "staff" or "user"
  token.tenant = "acme"
  token.groupCount = seen
  return token
end
