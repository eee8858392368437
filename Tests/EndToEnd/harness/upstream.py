"""A service that scripts ask, as a process of its own: `/wait/MS` answers after so long, `/echo` tells the request."""

import asyncio
import json
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

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def answer(path: str, headers: dict) -> bytes:
    if path.startswith("/wait/"):
        await asyncio.sleep(int(path.removeprefix("/wait/")) / 1000)
        return b'{"ok":true}'
    if path == "/hang":
        await asyncio.sleep(3600)
    return json.dumps(headers).encode()


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
            body = await answer(head[0].split(" ")[1], headers)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                         % (len(body), body))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
