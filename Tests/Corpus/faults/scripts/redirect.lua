local fault = require "fault"
return function(p) return fault("redirect", p.url, p.url, 42, deny { code = "none" }) end
