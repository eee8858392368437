"""A service that scripts ask, as a process of its own: `/wait/MS` answers after so long, `/hang` never, `/echo` tells the
request, `/hanging` how many wait for ever."""

import asyncio
import http.client
import json
import resource
import subprocess
import sys


class Upstream:
    """Runs the service; `port` is where."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True
        )
        self.port = int(self.process.stdout.readline())

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    def hanging(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/hanging")
        count = int(connection.getresponse().read())
        connection.close()
        return count

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Serving(asyncio.Protocol):
    """A connection. Not a stream and a task: thousands come at once, and their time is not to be this service's."""

    hanging = 0

    def connection_made(self, transport):
        self.transport = transport
        self.received = b""
        self.hangs = False

    def data_received(self, data):
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            self.asked(head)

    def asked(self, head: bytes):
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/wait/"):
            asyncio.get_running_loop().call_later(int(path[6:]) / 1000, self.answer, b'{"ok":true}')
        elif path == b"/hang":
            self.hangs = True
            Serving.hanging += 1
        elif path == b"/hanging":
            self.answer(b"%d" % Serving.hanging)
        else:
            lines = head.decode("latin-1").split("\r\n")[1:]
            self.answer(json.dumps(dict(line.lower().split(": ", 1) for line in lines if ": " in line)).encode())

    def answer(self, body: bytes):
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))

    def connection_lost(self, problem):
        if self.hangs:
            Serving.hanging -= 1


async def main():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    server = await asyncio.get_running_loop().create_server(Serving, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
