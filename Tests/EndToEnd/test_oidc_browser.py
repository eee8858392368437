"""Sign-in through Canaille, a real provider, in a real browser."""

import pytest

from harness.canaille import EMAIL, PASSWORD, USER
from harness.site import oidc

ROLES = """
return function(p)
  if p.user then
    p.token.role = (p.user.email or ""):find("@example.com", 1, true) and "staff" or "user"
  end
  return p.token
end
"""

SHOW = """
return function(p)
  p.session.role = p.token.role
  return p.session
end
"""


@pytest.fixture
def corp(site, canaille):
    """Starts the program with Canaille as "corp", signing in an algorithm."""
    def start(algorithm="RS256"):
        site.configure(oidc("corp", canaille.issuer))
        site.script("jwt", ROLES).script("session", SHOW)
        canaille.register(f"{site.origin}/auth/callback/corp", algorithm)
        return site.start()
    return start


def sign_in(browser, server, first=True, wanted="%2F"):
    """From the sign-in page through Canaille's two pages and back."""
    browser.open(f"{server.origin}/auth/signin?callbackUrl={wanted}")
    browser.press("Sign in with Corp")
    if first:
        browser.wait(lambda: browser.all("input[name=login]"))
        browser.find("input[name=login]").send_keys(USER)
        browser.find("input[name=login]").submit()
        browser.wait(lambda: browser.all("input[name=password]"))
        browser.find("input[name=password]").send_keys(PASSWORD)
        browser.find("input[name=password]").submit()
    browser.wait(lambda: browser.url.startswith(server.origin))


def sign_out(browser, server):
    browser.open(f"{server.origin}/auth/signout")
    browser.press("Sign out")
    browser.wait(lambda: "/auth/signout" not in browser.url)


@pytest.mark.parametrize("algorithm", ["RS256", "ES256", "EdDSA"])
def test_signs_in_with_id_tokens_signed_by(algorithm, corp, browser):
    server = corp(algorithm)
    sign_in(browser, server)
    user = browser.session(server.origin)["user"]
    assert (user["name"], user["email"]) == ("Ada Lovelace", EMAIL)


def test_keys_that_rotated_between_two_sign_ins_are_accepted(corp, browser, canaille):
    server = corp()
    sign_in(browser, server)
    sign_out(browser, server)
    canaille.rotate_keys()
    sign_in(browser, server, first=False)
    assert browser.session(server.origin)["user"]["email"] == EMAIL


def test_the_role_that_a_script_set_stands_in_the_session(corp, browser):
    server = corp()
    sign_in(browser, server)
    assert browser.session(server.origin)["role"] == "staff"


def test_signing_out_ends_the_session(corp, browser):
    server = corp()
    sign_in(browser, server)
    sign_out(browser, server)
    assert browser.session(server.origin) is None


def test_the_browser_returns_to_where_it_wanted_to_go(corp, browser):
    server = corp()
    sign_in(browser, server, wanted="%2F%3Ffrom%3Dmail")
    assert browser.url == f"{server.origin}/?from=mail"
