"""Free loopback ports."""

import itertools
import os
import socket

# Below the range from which the system takes the ports of outgoing connections: a client that knocks at one of those before
# its server listens may be given that very port and end up connected to itself.
FIRST, LAST = 10_000, 32_000
_next = itertools.count(os.getpid() * 37)


def free_port() -> int:
    """A port nobody listens on at the moment of asking; another one at each call."""
    while True:
        port = FIRST + next(_next) % (LAST - FIRST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
