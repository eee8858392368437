"""A whole sidecar: Moongate with rules, a real proxy with a file of examples/, an app that records what reaches it."""

import socket
from pathlib import Path

from .client import Client
from .ports import free_port
from .proxies import Proxy
from .recorder import Recorder
from .site import AUTHORIZE, CREDENTIALS, Site

# The examples hand on X-User-Id and X-User-Roles; the second one tells here what was decided.
RULES = """
local function decided(c)
  return allow { headers = { ["X-User-Roles"] = c.method .. " " .. c.host .. " " .. c.path } }
end
return {
  inject = { ["X-User-Id"] = "id", ["X-User-Roles"] = "roles" },
  networks = { office = { "192.0.2.0/24" } },
  routes = {
    { id = "home", path = "/", public = true, decide = decided },
    { id = "open", path = "/open/**", public = true, decide = decided },
    { id = "mine", path = "/mine/**", login = true, decide = decided },
    { id = "admin", path = "/admin/**", roles = { any = { "admin" } }, decide = decided },
    { id = "letters", path = "/AUTH/open/**", public = true, decide = decided },
    { id = "inside", path = "/inside/**", public = true, network = "office", decide = decided },
    { id = "fresh", path = "/fresh/**", login = true, maxAge = 1000, decide = decided },
    { id = "stale", path = "/stale/**", login = true, decide = function(c) return stepUp { maxAge = 1 } end },
    { id = "scope", path = "/scope/**", login = true, scopes = { "orders:read" } },
    { id = "moved", path = "/moved", public = true, decide = function(c) return redirect { to = "/open/new", status = 303 } end },
    { id = "broken", path = "/broken/**", public = true, decide = function(c) error("broken on purpose") end },
  },
  default = deny { status = 404 },
}
"""

# "renew" makes the next read re-issue the token; enough text fills several cookies.
JWT = """
return function(p)
  if p.user and p.token.name == "root" then p.token.roles = { "admin" } end
  if p.token.name == "renew" and not p.user then p.token.fill = ("x"):rep(6000) end
  return p.token
end
"""


class Sidecar:
    """`client()` is a browser at the proxy; `send()` writes bytes to it."""

    def __init__(self, kind: type[Proxy], folder: Path, **settings: str):
        self.app = Recorder()
        port = free_port()
        self.site = Site(folder / "site")
        self.site.folder.mkdir(parents=True)
        self.site.configure(
            CREDENTIALS, url=f'"http://localhost:{port}"', trustedProxies='{ "127.0.0.1/32" }', **settings)
        self.site.script("authorize", AUTHORIZE).script("jwt", JWT).script("rules", RULES)
        self.server = self.site.start()
        self.proxy = kind(folder / "proxy", self.server.port, self.app.port, port)
        self.origin = self.proxy.origin

    def client(self) -> Client:
        return Client(self.origin)

    def signed_in(self, name: str) -> Client:
        client = self.client()
        answer = client.sign_in(name)
        assert answer.sets_session, (answer.status, answer.location)
        return client

    def send(self, data: bytes, quiet: float = 3) -> bytes:
        """What comes back until the other side closes, or is quiet for so long."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.proxy.port), timeout=quiet) as connection:
            try:
                connection.sendall(data)
                while part := connection.recv(1 << 16):
                    received += part
            except OSError:
                pass
        return received

    def close(self):
        try:
            self.site.close()
        finally:
            self.proxy.stop()
            self.app.stop()
