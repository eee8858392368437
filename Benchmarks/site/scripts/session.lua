-- Two fields for the client.
return function(p)
  p.session.user.id = p.token.sub
  p.session.user.role = p.token.role
  return p.session
end
