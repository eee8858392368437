"""Requests that are under way: one whose answer comes later, and one whose sender may hang up."""

import socket
import threading


class Later(threading.Thread):
    """A request whose answer comes later."""

    def __init__(self, ask):
        super().__init__(daemon=True)
        self.ask = ask
        self.start()

    def run(self):
        self.outcome = self.ask()

    @property
    def answer(self):
        self.join(10)
        return self.outcome


def goes_away(client, method, path, body="", headers=None):
    """Sends a request with the client's cookies; the connection, to be closed."""
    fields = {
        "Host": "localhost", "Cookie": "; ".join(f"{name}={value}" for name, value in client.jar.items()),
        "Content-Type": "application/x-www-form-urlencoded", "Content-Length": len(body), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    connection = socket.create_connection(("localhost", int(client.origin.rsplit(":", 1)[1])))
    connection.sendall(f"{method} {path.removeprefix(client.origin)} HTTP/1.1\r\n{head}\r\n{body}".encode())
    return connection
