-- What counts as one device: the browser, as it says of itself, in one network.
local device = {}

---The part of an address that stays while a provider hands out others: the first three bytes of IPv4, 48 bits of IPv6.
---@param ip string?
---@return string
function device.network(ip)
  if not ip then return "" end
  local v4 = ip:match("(%d+%.%d+%.%d+)%.%d+$")
  if v4 then return v4 end
  local groups, head = {}, ip:lower():match("^(.-)::") or ip:lower()
  for group in head:gmatch("[^:]+") do
    if #groups < 3 then groups[#groups + 1] = group:match("^0*(.+)$") end
  end
  while #groups < 3 do groups[#groups + 1] = "0" end
  return table.concat(groups, ":")
end

---@param request { ip: string?, userAgent: string? }
---@return string id short, and says nothing about browser or address
function device.id(request)
  return crypto.sha256(device.network(request.ip) .. "\n" .. (request.userAgent or "")):sub(1, 32)
end

return device
