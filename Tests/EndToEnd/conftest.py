"""Fixtures that the end-to-end tests share."""

import sys
import warnings
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
# joserfc's opinion on the name EdDSA (RFC 9864); providers still send it.
warnings.filterwarnings("ignore", module="joserfc")

from harness.browser import Browser  # noqa: E402
from harness.canaille import Canaille  # noqa: E402
from harness.client import Client  # noqa: E402
from harness.hostile import HostileProvider  # noqa: E402
from harness.program import binary  # noqa: E402
from harness.site import Site  # noqa: E402


@pytest.fixture(scope="session")
def program():
    """The path of the program; without it nothing here can be tested."""
    try:
        return binary()
    except FileNotFoundError as missing:
        pytest.exit(str(missing), returncode=3)


@pytest.fixture
def site(program, tmp_path):
    made = Site(tmp_path)
    yield made
    made.close()


@pytest.fixture
def hostile():
    provider = HostileProvider()
    yield provider
    provider.stop()


@pytest.fixture
def client_of():
    """Makes clients and closes their connections afterwards."""
    made = []

    def make(server, base="/auth"):
        made.append(Client(server.origin, base))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def canaille():
    provider = Canaille()
    yield provider
    provider.stop()


@pytest.fixture(scope="session")
def shared_browser():
    chromium = Browser()
    yield chromium
    chromium.quit()


@pytest.fixture
def browser(shared_browser):
    shared_browser.fresh()
    yield shared_browser
    shared_browser.plain_view()
