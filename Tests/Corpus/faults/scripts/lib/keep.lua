-- What a sign-in leaves in `kv`, hook by hook. The hook that goes wrong leaves nothing, nor does any after it. And where `kv`
-- or a call that waits would go wrong by itself, nobody leaves anything.
return function(hook, name)
  local at, how = name:match("^(%a+)%-(%a+)$")
  if at == hook or how == "kvDown" or how == "poolFull" then return end
  assert(kv.incr(hook .. ":" .. name))
end
