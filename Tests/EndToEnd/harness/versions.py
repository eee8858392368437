"""A session script that shows a number, and waiting until a client sees it."""

import time


def showing(version: int) -> str:
    return f"return function(p)\n  p.session.version = {version}\n  return p.session\nend\n"


def shows(client, version: int, within: float) -> bool:
    """Whether the client's session has this number before so many seconds are over."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if client.session().get("version") == version:
            return True
        time.sleep(0.02)
    return False
