"""Many connections that ask for the session at once, in a process of their own: a crowd must not take its time from whoever
measures."""

import collections
import json
import os
import pathlib
import resource
import selectors
import subprocess
import sys
import time

from harness.kept import KeptConnection


class Crowd:
    """Connections to a server, all open before the first byte is sent, which is at `go()`. `cookies` are session tokens; each
    connection has one, in their order, and where it asks again it takes the one as many places on as there are connections.
    """

    def __init__(self, port: int, cookies: list[str], connections: int, again: bool = False):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "harness.crowd"], cwd=pathlib.Path(__file__).parents[1],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._say({"port": port, "cookies": cookies, "connections": connections, "again": again})
        self._hear()

    def go(self):
        self._say("go")
        return self

    def seen(self) -> dict:
        """What has come up to now: `statuses` by number, `waiting` connections, `took` from the first byte sent to the last
        answer and the `slowest` single answer in seconds, and the first thousand different `answers` as (the cookie's place,
        status, body, how often)."""
        self._say("seen")
        return self._hear()

    def wait(self, timeout: float = 60, waiting: int = 0) -> dict:
        """What has come when no more than so many connections still wait."""
        end = time.monotonic() + timeout
        while (seen := self.seen())["waiting"] > waiting:
            assert time.monotonic() < end, seen
            time.sleep(0.02)
        return seen

    def stop(self) -> dict:
        """Hangs up, whatever is under way; what came."""
        seen = self.seen()
        self.close()
        return seen

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def _say(self, word):
        self.process.stdin.write(json.dumps(word) + "\n")
        self.process.stdin.flush()

    def _hear(self):
        return json.loads(self.process.stdout.readline())


class _Connection(KeptConnection):
    def __init__(self, port: int, turn: int):
        super().__init__(port)
        self.turn = turn
        self.sent_at = 0.0


def _words():
    """What the parent says, line by line; None after what has been read at once. Not by way of `sys.stdin`, which may hold
    a line that the selector knows nothing of."""
    rest = b""
    while part := os.read(0, 65536):
        *lines, rest = (rest + part).split(b"\n")
        yield from map(json.loads, lines)
        yield None


class _Asking:
    """The child's side."""

    def __init__(self, port, cookies, connections, again):
        self.requests = [
            f"GET /auth/session HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: authjs.session-token={cookie}\r\n\r\n".encode()
            for cookie in cookies
        ]
        self.again = again
        self.connections = [_Connection(port, turn) for turn in range(connections)]
        self.selector = selectors.DefaultSelector()
        self.selector.register(0, selectors.EVENT_READ)
        self.statuses: collections.Counter = collections.Counter()
        self.answers: collections.Counter = collections.Counter()
        self.waiting = 0
        self.began = self.last = time.perf_counter()
        self.slowest = 0.0

    def run(self, words):
        while True:
            for key, _ in self.selector.select():
                if key.data is not None:
                    self.receive(key.data)
                elif not self.obey(words):
                    return

    def obey(self, words) -> bool:
        """What was said since the last time; False when the parent has gone."""
        for word in words:
            if word == "go":
                self.go()
            elif word == "seen":
                self.tell()
            else:
                return True
        return False

    def go(self):
        self.began = self.last = time.perf_counter()
        for connection in self.connections:
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)
        for connection in self.connections:
            self.send(connection)

    def send(self, connection):
        connection.sent_at = time.perf_counter()
        connection.socket.send(self.requests[connection.turn % len(self.requests)])
        self.waiting += 1

    def receive(self, connection):
        try:
            answer = connection.answer()
        except (OSError, StopIteration) as problem:
            # One that had its answer and is idle for long is hung up on, too.
            self.selector.unregister(connection.socket)
            if connection.sent_at:
                self.done(connection, repr(problem), b"")
            return
        if answer:
            self.done(connection, *answer)
            if self.again:
                connection.turn += len(self.connections)
                self.send(connection)

    def done(self, connection, status, body):
        self.waiting -= 1
        self.last = time.perf_counter()
        self.slowest = max(self.slowest, self.last - connection.sent_at)
        connection.sent_at = 0.0
        self.statuses[str(status)] += 1
        answer = connection.turn % len(self.requests), status, body
        if answer in self.answers or len(self.answers) < 1_000:
            self.answers[answer] += 1

    def tell(self):
        answers = [[*key, body.decode("utf-8", "replace"), count] for (*key, body), count in self.answers.items()]
        seen = {
            "statuses": self.statuses, "waiting": self.waiting, "took": self.last - self.began,
            "slowest": self.slowest, "answers": answers,
        }
        print(json.dumps(seen), flush=True)


def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    words = _words()
    asking = _Asking(**next(word for word in words if word))
    print("true", flush=True)
    asking.run(words)


if __name__ == "__main__":
    main()
