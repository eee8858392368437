"""The control socket, spoken to as a program does."""

import json
import socket


def ask(site, command: str, timeout: float = 30, **more) -> dict:
    """One request and its answer."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        connection.connect(str(site.folder / ".moongate" / "control.sock"))
        connection.sendall(json.dumps({"command": command, **more}).encode() + b"\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return json.loads(answer)
