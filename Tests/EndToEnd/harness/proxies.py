"""Real proxies, run with exactly the files of examples/: only addresses and folders for scratch files are put in."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .ports import free_port
from .program import ROOT

EXAMPLES = ROOT / "examples"
# What the examples say, and what stands for it.
MOONGATE, APP, PUBLIC = "127.0.0.1:3000", "127.0.0.1:8080", "8000"


class Proxy:
    """One running proxy in front of Moongate and an app; `stop()` ends it."""

    family = ""

    def __init__(self, folder: Path, moongate: int, app: int, port: int | None = None):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or free_port()
        self.origin = f"http://localhost:{self.port}"
        self.moongate, self.app = moongate, app
        self.output = open(folder / "output.log", "w+")
        self.process = subprocess.Popen(
            self.command(), cwd=folder, stdin=subprocess.DEVNULL, stdout=self.output, stderr=subprocess.STDOUT,
            env={"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), **self.environment()})
        self._wait()

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return {}

    def example(self, path: str, **more: str) -> str:
        """A file of examples/ with this run's addresses: each of the three has to be in it."""
        text = (EXAMPLES / path).read_text()
        assert MOONGATE in text or APP in text or PUBLIC in text, path
        text = text.replace(MOONGATE, f"127.0.0.1:{self.moongate}").replace(APP, f"127.0.0.1:{self.app}")
        text = re.sub(rf"\b{PUBLIC}\b", str(self.port), text)
        for old, new in more.items():
            assert old in text, old
            text = text.replace(old, new, 1)
        return text

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def _wait(self):
        end = time.monotonic() + 10
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError(f"{self.command()[0]} does not listen:\n{self.log()}")

    def log(self) -> str:
        self.output.flush()
        return (self.folder / "output.log").read_text()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.output.close()


class Nginx(Proxy):
    family = "status"

    def command(self):
        scratch = "".join(
            f"    {name}_temp_path {self.folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        text = self.example("nginx/nginx.conf").replace(
            "http {\n", "http {\n    access_log off;\n" + scratch, 1)
        configuration = self.write("nginx.conf", text)
        options = f"daemon off; master_process off; pid {self.folder}/nginx.pid; error_log stderr info;"
        return [program("nginx"), "-p", str(self.folder), "-c", configuration, "-g", options]


class Caddy(Proxy):
    family = "whole"

    def command(self):
        # Its own control port is another's on this machine, perhaps.
        text = "{\n\tadmin off\n\tauto_https off\n}\n" + self.example("caddy/Caddyfile")
        return [program("caddy"), "run", "--adapter", "caddyfile", "--config", self.write("Caddyfile", text)]


class HAProxy(Proxy):
    family = "status"

    def command(self):
        self.write("verify.lua", self.example("haproxy/verify.lua"))
        configuration = self.write("haproxy.cfg", self.example("haproxy/haproxy.cfg"))
        return [program("haproxy"), "-db", "-f", configuration]


class Apache(Proxy):
    family = "status"

    def command(self):
        self.write("verify.lua", self.example("apache/verify.lua"))
        return [program("apache2"), "-X", "-f", self.write("httpd.conf", self.example("apache/httpd.conf"))]

    def environment(self):
        return {"MOONGATE_RUN": str(self.folder)}

    def log(self):
        errors = self.folder / "error.log"
        return super().log() + (errors.read_text() if errors.exists() else "")


def program(name: str) -> str:
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/bin")
    assert found, f"{name} is missing: dev/install-test-tools.sh installs it"
    return found
