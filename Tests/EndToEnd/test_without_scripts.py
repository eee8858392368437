"""`--no-scripts`: the engine's own claims, and nobody new."""

import pytest

from harness.program import run

EVENTS = 'return { signIn = function(e) log.info("told") end }'


@pytest.fixture
def signed_in(site, client_of):
    """A client that signed in while there were scripts."""

    def of(strategy, **settings):
        site.with_credentials(
            database='"sqlite:moongate.db"', session=f'{{ strategy = "{strategy}" }}', **settings)
        site.script("redirect", 'return function(p) return "https://elsewhere.example.com/" end')
        site.script("events", EVENTS)
        server = site.start()
        client = client_of(server)
        assert client.sign_in("ada").sets_session
        server.stop()
        return client

    return of


@pytest.mark.parametrize("strategy", ["jwt", "database"])
def test_sessions_go_on_with_the_engines_own_claims(site, signed_in, strategy):
    client = signed_in(strategy)
    site.start("--no-scripts")
    session = client.session()
    assert {name: value for name, value in session["user"].items() if value} == {
        "name": "ada", "email": "ada@example.com"}
    assert set(session) == {"user", "expires"}


@pytest.mark.parametrize("strategy", ["jwt", "database"])
def test_nobody_signs_in_and_nothing_is_told(site, signed_in, client_of, strategy):
    signed_in(strategy)
    server = site.start("--no-scripts")
    client = client_of(server)
    answer = client.sign_in("ada")
    assert answer.error == "AccessDenied" and not answer.sets_session
    server.stop()
    refused = server.log.wait(lambda record: record.get("message") == "Refused")
    assert (refused["code"], refused["ip"]) == ("scripts.off", "127.0.0.1")
    assert not [record for record in server.log.records if record.get("message") == "told"]


def test_redirects_stay_on_this_origin(site, signed_in):
    client = signed_in("jwt")
    server = site.start("--no-scripts")
    assert client.sign_out(callbackUrl="https://elsewhere.example.com/").location == server.origin
    assert client.sign_out(callbackUrl="/here").location == f"{server.origin}/here"


def test_a_reload_says_that_they_stay_off(site):
    site.with_credentials()
    server = site.start("--no-scripts")
    said = run("reload", cwd=site.folder)
    assert said.returncode == 0 and "scripts are off: a start without --no-scripts" in said.stdout
    assert server.log.wait(lambda record: "access rules is denied" in record.get("message", ""), 2)
    assert not [record for record in server.log.records if "authorize.lua" in record.get("message", "")]
