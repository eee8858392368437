"""`moongate serve` as a child process."""

import http.client
import signal
import subprocess
import time

from .logs import Logs
from .program import binary, environment


class Moongate:
    """One running server. Its output is in `out` and `log`.

    `through` is a command that becomes the program at its end.
    """

    def __init__(self, folder, port: int, *arguments: str, through: tuple[str, ...] = (), **env: str):
        self.folder = folder
        self.port = port
        self.origin = f"http://localhost:{port}"
        self.process = subprocess.Popen(
            [*through, binary(), "serve", "--port", str(port), "--log-format", "json", *arguments],
            cwd=folder,
            env=environment(**env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out = Logs(self.process.stdout)
        self.log = Logs(self.process.stderr)

    def wait_ready(self, timeout: float = 10):
        """Waits for 200 on /healthz; fails at once, with the output, when the program ended."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.process.poll() is not None:
                self.drain()
                raise AssertionError(f"moongate ended with {self.process.returncode}:\n{self.out}\n{self.log}")
            if self.status("/healthz") == 200:
                return self
            time.sleep(0.002)
        raise AssertionError(f"moongate is not ready after {timeout} s:\n{self.out}\n{self.log}")

    def status(self, path: str):
        """The status of a GET, or None when nobody answers."""
        connection = http.client.HTTPConnection("localhost", self.port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def drain(self):
        self.out.drain()
        self.log.drain()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def wait(self, timeout: float = 15) -> int:
        code = self.process.wait(timeout)
        self.drain()
        return code

    def kill(self):
        """SIGKILL: no chance to write anything any more."""
        self.process.kill()
        self.wait()

    def stop(self):
        """Ends the server; an unclean end of a healthy server is a failure of the test that used it."""
        if self.process.poll() is not None:
            return
        self.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"moongate did not end within 15 s of SIGTERM:\n{self.log}")
