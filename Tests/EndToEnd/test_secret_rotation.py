"""A new secret is put in front of the old one while people are signed in: a reload, and nobody notices."""

import time

import pytest
from joserfc.errors import JoseError

from harness import control
from harness.flow import callback_url
from harness.site import AUTHORIZE, CREDENTIALS, oidc
from harness.tokens import unseal

OLD = "the-old-secret-of-more-than-thirty-two-bytes"
NEW = "the-new-secret-of-more-than-thirty-two-bytes"
PEOPLE = ["ada", "bob", "eve"]


class Listed:
    """Secrets that config.lua names, each in a file of its own as systemd's credentials are."""

    NAMES = {OLD: "FIRST", NEW: "SECOND"}

    def __init__(self, site, *providers):
        self.site, self.providers = site, providers
        self.env = {"CREDENTIALS_DIRECTORY": str(site.folder / "credentials")}

    def secrets(self, *values):
        for value in values:
            self.site.write(f"credentials/{self.NAMES[value]}", value)
        listed = ", ".join(f'secret "{self.NAMES[value]}"' for value in values)
        self.site.configure(*self.providers, secret=f"{{ {listed} }}")


class Numbered:
    """Secrets by the names that count when config.lua says nothing: the highest number writes."""

    def __init__(self, site, *providers):
        self.site, self.env = site, {}
        site.configure(*providers, secret=None)

    def secrets(self, *values):
        lines = [f"AUTH_SECRET_{len(values) - place}={value}\n" for place, value in enumerate(values)]
        self.site.write(".env", "".join(lines))


@pytest.fixture(params=[Listed, Numbered], ids=["listed", "numbered"])
def rotating(request, site, hostile):
    """A site whose one secret is the old one, served."""
    site.script("authorize", AUTHORIZE)
    made = request.param(site, CREDENTIALS, oidc("corp", hostile.issuer))
    made.secrets(OLD)
    made.server = site.start(AUTH_SECRET=None, **made.env)
    return made


def rotate(rotating, *values):
    """Changes the secrets and waits until the generation that they belong to serves."""
    before = control.ask(rotating.site, "status")["generation"]["id"]
    rotating.secrets(*values)
    # Unchanged where the watcher was faster.
    assert control.ask(rotating.site, "reload")["outcome"] in ("installed", "unchanged")
    assert control.ask(rotating.site, "status")["generation"]["id"] != before


def sealed_with(client, secret: str) -> bool:
    try:
        return bool(unseal(client.session_token, secret))
    except JoseError:
        return False


def who(client):
    session = client.session()
    return session and session["user"]["name"]


@pytest.fixture
def people(rotating, client_of):
    """Clients who signed in under the old secret, by name."""
    clients = {name: client_of(rotating.server) for name in PEOPLE}
    for name, client in clients.items():
        assert client.sign_in(name).sets_session
        assert sealed_with(client, OLD) and not sealed_with(client, NEW)
    return clients


def test_nobody_is_signed_out(rotating, people):
    rotate(rotating, NEW, OLD)
    for _ in range(3):
        assert {name: who(client) for name, client in people.items()} == {name: name for name in PEOPLE}


def test_who_signs_in_afterwards_has_a_cookie_of_the_new_secret(rotating, client_of):
    rotate(rotating, NEW, OLD)
    client = client_of(rotating.server)
    assert client.sign_in("ada").sets_session
    assert sealed_with(client, NEW) and not sealed_with(client, OLD)
    assert who(client) == "ada"


def test_a_sign_in_that_has_begun_is_finished(rotating, hostile, client_of):
    """Its state, nonce and code verifier lie in cookies of the old secret."""
    client = client_of(rotating.server)
    sent_back = callback_url(client)
    rotate(rotating, NEW, OLD)
    assert client.get(sent_back).sets_session
    assert sealed_with(client, NEW)


def test_a_form_that_was_open_is_asked_for_once_more(rotating, client_of):
    """The hash beside a CSRF token is over the whole list, as Auth.js makes it: this cookie alone is made anew."""
    client = client_of(rotating.server)
    token = client.csrf()
    rotate(rotating, NEW, OLD)
    answer = client.post(
        "/auth/callback/credentials", {"csrfToken": token, "username": "ada", "password": "open sesame"})
    assert (answer.status, answer.error, answer.sets_session) == (302, "MissingCSRF", False)
    assert client.sign_in("ada").sets_session


def test_who_was_signed_in_can_sign_out(rotating, people):
    rotate(rotating, NEW, OLD)
    assert people["ada"].sign_out().status == 302
    assert who(people["ada"]) is None and who(people["bob"]) == "bob"


def test_no_read_fails_while_the_secret_changes(rotating, people):
    client = people["ada"]
    rotating.secrets(NEW, OLD)
    end = time.monotonic() + 1
    seen = set()
    while time.monotonic() < end:
        answer = client.get("/auth/session")
        seen.add((answer.status, answer.json() and answer.json()["user"]["name"]))
    assert seen == {(200, "ada")}
    assert control.ask(rotating.site, "status")["lastReload"]["outcome"] in ("installed", "unchanged")


def test_a_rollback_over_it_says_what_it_means(rotating, people, client_of):
    rotate(rotating, NEW, OLD)
    late = client_of(rotating.server)
    assert late.sign_in("late").sets_session
    answer = control.ask(rotating.site, "rollback")
    assert answer["otherSecrets"] is True and "has to do so again" in answer["note"] and "taken out" not in answer["note"]
    assert who(late) is None and who(people["ada"]) == "ada"
    assert "rollback.secrets" in rotating.server.log.codes()


def test_a_rollback_of_anything_else_says_nothing_of_secrets(rotating):
    rotating.site.script("session", "return function(p) return p.session end")
    assert control.ask(rotating.site, "reload")["outcome"] in ("installed", "unchanged")
    assert "otherSecrets" not in control.ask(rotating.site, "rollback")
    assert "rollback.secrets" not in rotating.server.log.codes()


def test_a_rollback_says_that_a_secret_opens_again(rotating, people):
    rotate(rotating, NEW, OLD)
    rotate(rotating, NEW)
    answer = control.ask(rotating.site, "rollback")
    assert "taken out opens cookies again" in answer["note"] and "has to do so again" not in answer["note"]


def test_a_secret_that_is_taken_out_opens_nothing_any_more(rotating, people):
    """Else the tests above would also hold for a server that had taken no notice."""
    rotate(rotating, NEW, OLD)
    rotate(rotating, NEW)
    assert {who(client) for client in people.values()} == {None}


class TestSecretInAFile:
    """Its file is replaced, and config.lua stays as it was."""

    @pytest.fixture(params=["credentials", "file"])
    def here(self, request, site, client_of):
        site.script("authorize", AUTHORIZE)
        site.write("credentials/OWN", OLD)
        site.configure(CREDENTIALS, secret='secret "OWN"')
        folder = site.folder / "credentials"
        env = {"CREDENTIALS_DIRECTORY": str(folder)} if request.param == "credentials" else {"OWN_FILE": str(folder / "OWN")}
        server = site.start(AUTH_SECRET=None, **env)
        client = client_of(server)
        assert client.sign_in("ada").sets_session and sealed_with(client, OLD)
        return site, server, client

    def test_counts_from_the_next_reload(self, here, client_of):
        site, server, signed_in = here
        site.write("credentials/OWN", NEW)
        assert who(signed_in) == "ada"
        answer = control.ask(site, "reload")
        assert answer["outcome"] == "installed" and "has to do so again" in answer["note"]
        assert "reload.secrets" in server.log.codes()
        assert who(signed_in) is None
        client = client_of(server)
        assert client.sign_in("bob").sets_session and sealed_with(client, NEW)

    def test_leaves_the_generation_its_id_and_its_history(self, here):
        site, _, _ = here
        before = control.ask(site, "status")
        site.write("credentials/OWN", NEW)
        answer = control.ask(site, "reload")
        after = control.ask(site, "status")
        assert answer["generation"] == after["generation"]["id"] == before["generation"]["id"]
        assert after["previous"] == before["previous"] == []

    def test_is_taken_once(self, here):
        site, _, _ = here
        site.write("credentials/OWN", NEW)
        outcomes = [control.ask(site, "reload")["outcome"] for _ in range(2)]
        assert outcomes == ["installed", "unchanged"]

    def test_that_is_empty_is_refused_and_the_old_one_serves_on(self, here):
        site, _, client = here
        site.write("credentials/OWN", "")
        answer = control.ask(site, "reload")
        assert (answer["outcome"], [problem["code"] for problem in answer["problems"]]) == ("refused", ["config.secret"])
        assert who(client) == "ada"
