"""What one provider started does not end at another."""

import pytest

from harness.client import fetch
from harness.flow import assert_refused, assert_signed_in, callback_url, sign_in
from harness.hostile import HostileProvider
from harness.site import SESSION, oidc


@pytest.fixture
def other():
    provider = HostileProvider()
    yield provider
    provider.stop()


@pytest.fixture
def server(site, hostile, other):
    other.subject = {**other.subject, "email": "another@example.com"}
    site.configure(oidc("corp", hostile.issuer), oidc("other", other.issuer, name="Other"))
    site.script("session", SESSION)
    return site.start()


def test_each_provider_signs_in(server, client_of):
    for provider in ("corp", "other"):
        client = client_of(server)
        assert_signed_in(client, sign_in(client, provider))


def test_check_cookies_of_another_provider_are_refused(server, client_of, hostile, other):
    client = client_of(server)
    sent_back = callback_url(client, "corp").replace("/callback/corp", "/callback/other")
    assert_refused(client, client.get(sent_back))
    assert server.log.wait_code("oauth.stateCookie")
    assert hostile.token_requests == [] and other.token_requests == []


def test_a_code_of_another_provider_goes_to_no_foreign_token_endpoint(server, client_of, hostile, other):
    client = client_of(server)
    other.parameters = lambda p: [("code", "stolen-from-corp"), *p[1:]]
    sign_in(client, "other")
    assert hostile.token_requests == []


def test_the_same_address_of_another_provider_is_not_linked(server, client_of, hostile, other):
    other.subject = hostile.subject
    sign_in(client_of(server), "corp")
    stranger = client_of(server)
    assert_refused(stranger, sign_in(stranger, "other"), error="OAuthAccountNotLinked", page="signin")


def test_the_same_subject_of_two_providers_is_two_people(server, client_of):
    ids = []
    for provider in ("corp", "other"):
        client = client_of(server)
        sign_in(client, provider)
        ids.append(client.session()["user"]["id"])
    assert ids[0] != ids[1]


def test_the_client_secret_goes_to_the_token_endpoint_only(server, client_of, hostile):
    client = client_of(server)
    started = client.begin("corp")
    assert "corp-secret" not in started.location
    client.get(fetch(started.location).location)
    assert hostile.token_requests[0]["_authorization"].startswith("Basic ")
