"""A site whose scripts go wrong when they are told to, with everything that may stand around it."""

import sqlite3
import time
from contextlib import contextmanager

from .client import Client, fetch
from .crowd import Crowd
from .faults import SCRIPTS
from .hostile import HostileProvider
from .ports import free_port
from .program import SECRET
from .proxies import Caddy, Nginx
from .recorder import Recorder
from .site import CREDENTIALS, Site, oidc
from .tokens import seal
from .upstream import Upstream

PROXIES = {"nginx": Nginx, "caddy": Caddy}
TABLES = ("users", "accounts", "sessions")
# Half of the 4,096 states: so many calls of one owner may wait.
MAY_WAIT = 2048


class World:
    """A server, a provider that says that somebody is whoever the test likes, and proxies before an app when asked for."""

    def __init__(self, folder, strategy: str, limits: str):
        self.folder = folder
        self.provider = HostileProvider()
        self.hanging = Upstream()
        self.site = Site(folder / "site")
        self.site.configure(
            oidc("corp", self.provider.issuer, more=", allowPrivateAddresses = true"), CREDENTIALS,
            trustedProxies='{ "127.0.0.1/32", "::1/128" }', database='"sqlite:moongate.db"',
            session=f'{{ strategy = "{strategy}" }}', limits=limits, reload="{ watch = false }",
            scripts='{ needs = { http = { "127.0.0.1", "%s" }, kv = true } }' % self.hanging.authority)
        self._config = (self.site.folder / "config.lua").read_text()
        self.mend()
        self.server = self.site.start()
        self._database = sqlite3.connect(self.site.folder / "moongate.db", timeout=5, isolation_level=None)
        # What has gone well in this process, as tests note it.
        self.warm = set()
        self.app = Recorder()
        self._proxies = {}
        self._crowd = None

    def mend(self):
        """The files are as they are meant to be."""
        self.site.write("config.lua", self._config)
        for name, text in SCRIPTS.items():
            self.site.script(name, text.replace("HANGS", self.hanging.authority))

    def restart(self):
        """Nothing has run in the new process, and everybody's cookies are good there."""
        self.server.stop()
        self.warm.clear()
        self.server = self.site.start()

    def client(self, shape: str) -> Client:
        """Somebody's browser: at the server itself, or at a proxy before it."""
        if shape not in PROXIES:
            return Client(self.server.origin)
        if shape not in self._proxies:
            self._proxies[shape] = PROXIES[shape](self.folder / shape, self.server.port, self.app.port, free_port())
        return Client(self._proxies[shape].origin)

    def callback(self, client: Client, name: str) -> str:
        """Where the provider's answer for this person arrives."""
        self.provider.subject = {"sub": name, "name": name}
        started = client.begin("corp")
        assert started.status == 302 and started.error is None, started.location
        return fetch(started.location).location.removeprefix(self.server.origin)

    # -- what is stored

    def database(self, statement: str) -> list:
        return self._database.execute(statement).fetchall()

    def rows(self) -> list[tuple]:
        return self.database("select " + ", ".join(f"(select count(*) from {table})" for table in TABLES))

    def kept(self, name: str) -> dict[str, str]:
        """What scripts keep of this person, by hook."""
        rows = self.database(f"select name, value from kv where name like '%:{name}'")
        return {key.split(":")[0]: value for key, value in rows}

    @contextmanager
    def trouble(self, fault: str):
        """What is wrong around the scripts while this fault is looked at."""
        if fault == "poolFull":
            self.fill_the_pool()
        away = {"storeDown": TABLES, "kvDown": ("kv",)}.get(fault, ())
        for table in away:
            self.database(f"alter table {table} rename to {table}_away")
        try:
            yield
        finally:
            for table in away:
                self.database(f"alter table {table}_away rename to {table}")

    def fill_the_pool(self):
        """From now on as many calls of the site's scripts wait as may."""
        if self._crowd is None:
            waits = seal({"sub": "1", "name": "session-poolFull"}, SECRET)
            self._crowd = Crowd(self.server.port, [waits], MAY_WAIT).go()
            while self.hanging.hanging() < MAY_WAIT:
                time.sleep(0.02)

    def close(self):
        if self._crowd:
            self._crowd.close()
        self._database.close()
        # An event that waits for it would be waited for.
        self.hanging.stop()
        try:
            self.site.close()
        finally:
            for proxy in self._proxies.values():
                proxy.stop()
            self.app.stop()
            self.provider.stop()
