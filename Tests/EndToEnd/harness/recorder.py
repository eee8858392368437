"""An app behind a proxy that notes, byte for byte, what reached it."""

import re
import socket
import threading
from base64 import b64encode
from hashlib import sha1

from .ports import free_port

# RFC 6455 section 1.3.
WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Seen:
    """One request as it came: `line`, `fields` in order, `body`, `trailers`."""

    def __init__(self, head: bytes):
        self.line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = (self.line.split(" ") + ["", ""])[:3]
        self.fields = [tuple(part.strip() for part in field.split(":", 1)) for field in fields if field]
        self.body = b""
        self.trailers: list[str] = []

    def values(self, name: str) -> list[str]:
        """All values of a field; whatever is no letter and no digit, and letter case, spell one name, as they do for CGI."""
        return [value for field, value in self.fields if plain(field) == plain(name)]

    def value(self, name: str) -> str | None:
        found = self.values(name)
        assert len(found) < 2, f"{name} came {len(found)} times: {self.fields}"
        return found[0] if found else None

    def __repr__(self):
        return f"{self.line} {self.fields}"


def plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "-", name.lower())


class Recorder:
    """Listens until `stop()`. Answers every request with 200, a WebSocket handshake with 101 and an echo."""

    def __init__(self):
        self.port = free_port()
        self.seen: list[Seen] = []
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    def mark(self) -> int:
        with self._changed:
            return len(self.seen)

    def since(self, mark: int) -> list[Seen]:
        with self._changed:
            return self.seen[mark:]

    def stop(self):
        # A listener that another thread waits on is woken by shutdown, not by close.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while self._answer(connection, stream):
                    pass
            except (OSError, ValueError):
                pass

    def _answer(self, connection, stream) -> bool:
        head = read_head(stream)
        if head is None:
            return False
        request = Seen(head)
        if any("chunked" in value.lower() for value in request.values("Transfer-Encoding")):
            request.body, request.trailers = read_chunks(stream)
        elif request.values("Content-Length"):
            request.body = stream.read(int(request.values("Content-Length")[0]))
        with self._changed:
            self.seen.append(request)
            self._changed.notify_all()
        if request.values("Upgrade") == ["websocket"]:
            accept = sha1((request.value("Sec-WebSocket-Key") + WEBSOCKET).encode()).digest()
            connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Accept: %b\r\n\r\n" % b64encode(accept))
            while data := connection.recv(4096):
                connection.sendall(data)
            return False
        body = b"" if request.method == "HEAD" else b"app"
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-App: 1\r\n\r\n" + body)
        return request.version == "HTTP/1.1"


def read_head(stream) -> bytes | None:
    lines = []
    while True:
        line = stream.readline(1 << 16)
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            return b"\r\n".join(lines)
        lines.append(line.rstrip(b"\r\n"))


def read_chunks(stream) -> tuple[bytes, list[str]]:
    body = b""
    while size := int(stream.readline().split(b";")[0], 16):
        body += stream.read(size)
        stream.readline()
    trailers = []
    while (line := stream.readline()) not in (b"\r\n", b"\n", b""):
        trailers.append(line.decode("latin-1").strip())
    return body, trailers
