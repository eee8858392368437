"""Where the program is and how it is run once, to its end."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SECRET = "end-to-end-secret-of-more-than-32-bytes"


def binary() -> str:
    """The program under test; MOONGATE_BIN overrides the release build."""
    path = Path(os.environ.get("MOONGATE_BIN", ROOT / ".build/release/moongate"))
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: run `swift build -c release` or set MOONGATE_BIN")
    return str(path)


def environment(**more: str) -> dict[str, str]:
    """A bare environment: nothing of the developer's shell decides a test."""
    base = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        # A crashed program must end at once; its backtracer may hold the pipes for minutes.
        "SWIFT_BACKTRACE": "enable=no",
        "AUTH_SECRET": SECRET,
    }
    base.update(more)
    return {name: value for name, value in base.items() if value is not None}


def run(*arguments: str, stdin: str = "", cwd=None, timeout=20, **env: str) -> subprocess.CompletedProcess:
    """Runs `moongate ARGUMENTS` to its end."""
    return subprocess.run(
        [binary(), *arguments],
        input=stdin,
        cwd=cwd,
        timeout=timeout,
        env=environment(**env),
        text=True,
        capture_output=True,
    )
