-- Which roles somebody has.
local roles = {}

---These roles and all that they include, each once, in the order of their names.
---@param names string[]
---@param includes table<string, string[]> may go in circles
---@return string[]
function roles.expand(names, includes)
  local found = {}
  local function add(list)
    for _, name in ipairs(list or {}) do
      if not found[name] then
        found[name] = true
        add(includes[name])
      end
    end
  end
  add(names)
  local sorted = {}
  for name in pairs(found) do sorted[#sorted + 1] = name end
  table.sort(sorted)
  return json.array(sorted)
end

---@param person { id: string?, email: string?, groups: string[]? }
---@return string[]
function roles.of(person, settings)
  local names = {}
  local function take(list)
    for _, name in ipairs(list or {}) do names[#names + 1] = name end
  end
  take(settings.default)
  if person.id then take(settings.users[person.id]) end
  if person.email then take(settings.emails[person.email]) end
  for _, group in ipairs(person.groups or {}) do take(settings.groups[group]) end
  return roles.expand(names, settings.roles)
end

return roles
