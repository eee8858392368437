"""The three legs of an OAuth sign-in, apart and together."""

from .client import Answer, Client, fetch


def callback_url(client: Client, provider: str = "corp") -> str:
    """Starts a sign-in and visits the provider: the address it sends the browser back to."""
    started = client.begin(provider)
    assert started.status == 302, f"{started.status} {started.text}"
    assert "/authorize" in (started.location or ""), started.location
    sent_back = fetch(started.location)
    assert sent_back.status == 302, sent_back.text
    return sent_back.location


def sign_in(client: Client, provider: str = "corp") -> Answer:
    """A whole sign-in; the answer is that of the callback address."""
    return client.get(callback_url(client, provider))


def assert_signed_in(client: Client, answer: Answer, name: str = "Ada"):
    assert answer.status == 302, answer.text
    assert answer.error is None, answer.location
    assert answer.sets_session
    assert client.session()["user"]["name"] == name


def assert_refused(client: Client, answer: Answer, error: str = "Configuration", page: str = "error"):
    """No session, and the redirect that Auth.js clients know."""
    assert not answer.sets_session
    assert (answer.status, answer.location) == (302, f"{client.origin}/auth/{page}?error={error}")
    assert client.session() is None
