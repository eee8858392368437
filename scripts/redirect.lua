-- Where a browser goes after sign-in: paths and addresses of this site only; `nil` is the start page.
---@type moongate.RedirectHook
return function(p)
  if p.url:sub(1, 1) == "/" and p.url:sub(2, 2) ~= "/" then return p.baseUrl .. p.url end
  if p.url == p.baseUrl or p.url:sub(1, #p.baseUrl + 1) == p.baseUrl .. "/" then return p.url end
  return nil
end
