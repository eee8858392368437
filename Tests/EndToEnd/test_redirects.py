"""No callbackUrl, in whatever place and spelling, leads the browser to another origin."""

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

CORPUS = json.loads((Path(__file__).parent / "vectors/redirects.json").read_text())
URLS = [entry["url"] for entry in CORPUS]


@pytest.fixture
def client(site, client_of):
    return client_of(site.with_credentials().start())


def stays(client, location) -> bool:
    """Whether every browser resolves the Location to our origin: nothing follows the origin but its end or a path."""
    rest = location.removeprefix(client.origin)
    return location.startswith(client.origin) and re.fullmatch(r"([/?#][!-\[\]-~]*)?", rest) is not None


def sign_in(client, path="/auth/callback/credentials", **fields):
    form = {"csrfToken": client.csrf(), "username": "ada", "password": "open sesame", **fields}
    return client.post(path, form)


def printable(url: str) -> str:
    """A cookie value as a browser would have stored it."""
    return quote(url, safe="")


def check(client, answer):
    assert answer.status in (302, 400, 500), answer.text
    if answer.location is not None:
        assert stays(client, answer.location), answer.location


def test_a_callback_url_in_the_body_stays_on_the_origin(client):
    for url in URLS:
        check(client, sign_in(client, callbackUrl=url))


def test_a_callback_url_in_the_query_stays_on_the_origin(client):
    for url in URLS:
        check(client, sign_in(client, f"/auth/callback/credentials?callbackUrl={quote(url, safe='')}"))


def test_a_callback_url_in_the_cookie_stays_on_the_origin(client):
    for url in URLS:
        client.csrf()
        token = client.cookie("authjs.csrf-token").split("|")[0]
        form = {"csrfToken": token, "username": "a", "password": "open sesame"}
        client.jar["authjs.callback-url"] = printable(url)
        check(client, client.post("/auth/callback/credentials", form))
        client.jar.pop("authjs.callback-url", None)


def test_a_foreign_url_a_hook_returns_stays_on_the_origin(site, client):
    site.close()
    site.script("redirect", "return function(p) return 'https://evil.example/' end")
    site.start()
    assert stays(client, sign_in(client, callbackUrl="/x").location)


def test_an_origin_listed_in_the_configuration_is_reached(site, client):
    site.close()
    site.with_credentials(redirects='{ "https://partner.example.com" }')
    site.start()
    assert sign_in(client, callbackUrl="https://partner.example.com/x").location == "https://partner.example.com/x"


@pytest.mark.parametrize("url", ["https://partner.example.com:444/", "http://partner.example.com/",
                                 "https://a.partner.example.com/", "https://partner.example.com.evil.example/",
                                 "https://partner.example.com@evil.example/"])
def test_an_origin_like_a_listed_one_is_refused(url, site, client):
    site.close()
    site.with_credentials(redirects='{ "https://partner.example.com" }')
    site.start()
    assert stays(client, sign_in(client, callbackUrl=url).location)


@pytest.mark.parametrize("url", ["/", "/a%2Fb", "/users/@me", "/a?next=https://x.example/", "/a#b"])
def test_a_path_of_ours_is_kept(url, client):
    assert sign_in(client, callbackUrl=url).location == client.origin + url


def test_the_sign_out_callback_url_stays_on_the_origin(client):
    for url in URLS[:40]:
        check(client, client.sign_out(callbackUrl=url))
