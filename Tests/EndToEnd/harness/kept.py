"""A connection that is kept and never waited for, for whoever holds many."""

import socket


class KeptConnection:
    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._received = b""

    def answer(self) -> tuple[int, bytes] | None:
        """(status, body) once it is there to its end; None before; raises when the server hung up."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionResetError("hung up")
        self._received += part
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
        if len(body) < length:
            return None
        self._received = b""
        return int(head.split(b" ", 2)[1]), body
