"""A folder with config.lua and scripts, as an operator has one."""

import os
from pathlib import Path

from .ports import free_port
from .server import Moongate

CREDENTIALS = """provider "credentials" { credentials = {
      username = { label = "Name" }, password = { label = "Password", type = "password" } } }"""

AUTHORIZE = """
return function(p)
  local c = p.credentials
  if c.password ~= "open sesame" then return nil end
  return { id = "id-" .. c.username, name = c.username, email = c.username .. "@example.com" }
end
"""

SESSION = """
return function(p)
  if p.token then
    p.session.user.id = p.token.sub
    p.session.role = p.token.role
  elseif p.user then
    p.session.user.id = p.user.id
  end
  return p.session
end
"""


def oidc(identifier: str, issuer: str, name: str = "Corp", secret: str = "CORP_SECRET", more: str = "") -> str:
    """A provider entry for config.lua."""
    return (
        f'{{ id = "{identifier}", type = "oidc", name = "{name}", issuer = "{issuer}", '
        f'clientId = "moongate", clientSecret = secret "{secret}"{more} }}'
    )


class Site:
    """Writes the files, starts the servers, stops what it started."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self.env = {"CORP_SECRET": "corp-secret-0123456789-0123456789"}
        self._running: list[Moongate] = []

    def configure(self, *providers: str, **settings: str):
        """config.lua; settings are Lua text, `None` leaves one out."""
        table = {"url": f'"{self.origin}"', "secret": 'secret "AUTH_SECRET"', "database": '"memory:"'}
        table["session"] = '{ strategy = "jwt" }'
        table.update(settings)
        lines = [f"  {key} = {value}," for key, value in table.items() if value is not None]
        entries = "\n".join(f"    {provider}," for provider in providers)
        self.write("config.lua", "return {\n" + "\n".join(lines) + "\n  providers = {\n" + entries + "\n  },\n}\n")
        return self

    def write(self, path: str, text: str):
        """Writes a file as editors do: a new file renamed over the old one."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name("." + target.name + ".draft")
        draft.write_text(text)
        os.replace(draft, target)
        return self

    def script(self, name: str, text: str):
        return self.write(f"scripts/{name}.lua", text)

    def with_credentials(self, **settings: str):
        """Sign-in by name and the password "open sesame"; the usual session hook."""
        self.configure(CREDENTIALS, **settings)
        self.script("authorize", AUTHORIZE)
        return self.script("session", SESSION)

    def launch(self, *arguments: str, **env: str) -> Moongate:
        """Starts the server without waiting for it."""
        server = Moongate(self.folder, self.port, *arguments, **{**self.env, **env})
        self._running.append(server)
        return server

    def start(self, *arguments: str, **env: str) -> Moongate:
        return self.launch(*arguments, **env).wait_ready()

    def close(self):
        for server in self._running:
            server.stop()
