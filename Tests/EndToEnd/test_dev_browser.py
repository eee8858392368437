"""The development sign-in and the built-in pages, as a person meets them."""

import re

import pytest

from harness.site import oidc

DEV = 'provider "dev" {}'
PHONE = 390


@pytest.fixture
def server(site):
    site.configure(DEV, oidc("corp", "http://127.0.0.1:9"), database=None, secret=None)
    site.script("jwt", 'return function(p)\n  if p.user then p.token.role = "staff" end\n  return p.token\nend\n')
    site.script("session", "return function(p)\n  p.session.role = p.token.role\n  return p.session\nend\n")
    return site.start("--dev", AUTH_SECRET=None)


@pytest.fixture
def link(server):
    """The sign-in link that `serve --dev` prints."""
    return sign_in_link(server)


def sign_in_link(server) -> str:
    pattern = re.compile(r"http://localhost:\d+/auth/signin\?key=[^\s\"\\]+")
    line = server.out.wait_text(pattern.search, 3) or server.log.wait_text(pattern.search, 3)
    assert line, f"no link printed:\n{server.out}\n{server.log}"
    return pattern.search(line).group(0)


def fill(browser, name="Ada", email="ada@example.com", groups="staff, admins"):
    browser.find("input[name=name]").send_keys(name)
    browser.find("input[name=email]").send_keys(email)
    browser.find("input[name=groups]").send_keys(groups)


def sign_in(browser, link):
    browser.open(link)
    fill(browser)
    browser.find("input[name=groups]").submit()
    browser.wait(lambda: "/auth/signin" not in browser.url)


def test_signs_in_from_the_printed_link(browser, server, link):
    sign_in(browser, link)
    session = browser.session(server.origin)
    assert session["user"]["email"] == "ada@example.com"
    assert session["role"] == "staff"


def test_the_key_does_not_stay_in_the_address_bar(browser, link):
    browser.open(link)
    assert "key=" not in browser.url


def test_the_start_page_says_who_is_signed_in(browser, server, link):
    sign_in(browser, link)
    browser.open(server.origin + "/")
    assert "ada@example.com" in browser.text


def test_signing_out_on_the_page_ends_the_session(browser, server, link):
    sign_in(browser, link)
    browser.open(f"{server.origin}/auth/signout")
    browser.press("Sign out")
    browser.wait(lambda: "/auth/signout" not in browser.url)
    assert browser.session(server.origin) is None


def test_a_person_signs_in_and_out_with_the_keyboard_alone(browser, server, link):
    browser.open(link)
    browser.tab_to(lambda e: e.get_attribute("name") == "email").send_keys("ada@example.com")
    browser.tab_to(lambda e: e.get_attribute("name") == "name").send_keys("Ada")
    browser.enter()
    browser.wait(lambda: "/auth/signin" not in browser.url)
    browser.open(f"{server.origin}/auth/signout")
    browser.tab_to(lambda e: e.text.strip() == "Sign out" and e.tag_name == "button")
    browser.enter()
    browser.wait(lambda: "/auth/signout" not in browser.url)
    assert browser.session(server.origin) is None


PAGES = ["/", "/auth/signin", "/auth/signin?error=CredentialsSignin", "/auth/signout",
         "/auth/error", "/auth/error?error=AccessDenied", "/auth/error?error=Verification"]


@pytest.mark.parametrize("path", PAGES)
def test_has_no_console_message_and_no_foreign_request(path, browser, server, link):
    browser.open(link)
    browser.noticed()
    browser.open(server.origin + path)
    # Chromium itself writes one line for a page whose status is an error; that is no fault of the page.
    noticed = [line for line in browser.noticed() if "the server responded with a status of 403" not in line]
    assert noticed == []


@pytest.mark.parametrize("path", PAGES)
def test_fits_a_phone(path, browser, server, link):
    browser.open(link)
    browser.open(server.origin + path)
    browser.screenshot("phone-probe", width=PHONE, height=800)
    assert browser.overflow() <= 0


@pytest.mark.parametrize("path", PAGES)
def test_is_sound_html_for_everyone(path, browser, server, link):
    browser.open(link)
    browser.open(server.origin + path)
    assert browser.find("html").get_attribute("lang") == "en"
    assert browser.driver.title
    assert len(browser.all("h1")) == 1
    for field in browser.all("input:not([type=hidden]):not([type=submit])"):
        identifier = field.get_attribute("id")
        assert identifier and browser.all(f'label[for="{identifier}"]'), field.get_attribute("outerHTML")


def test_every_page_forbids_frames_inline_scripts_and_sniffing(server, client_of):
    client = client_of(server)
    for path in ("/auth/signin", "/auth/signout", "/auth/error", "/"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy, path
        assert "unsafe-inline" not in re.sub(r"style-src[^;]*", "", policy)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] in ("no-referrer", "same-origin")


def test_markup_in_the_query_stays_text(browser, server, link):
    browser.open(link)
    browser.open(f"{server.origin}/auth/signin?error=%3Cscript%3Ealert(1)%3C/script%3E&email=%22%3E%3Cscript%3Ex")
    assert browser.all("script") == []
    assert "<script>alert" not in browser.driver.page_source


def test_pictures_of_the_pages_are_taken(browser, server, link):
    browser.open(link)
    browser.screenshot("signin-light")
    browser.screenshot("signin-dark", scheme="dark")
    browser.screenshot("signin-phone", width=PHONE, height=800)
    browser.open(server.origin + "/auth/error?error=AccessDenied")
    browser.screenshot("error-light")
    browser.screenshot("error-dark", scheme="dark")
    browser.plain_view()
    sign_in(browser, link)
    browser.open(server.origin + "/")
    browser.screenshot("start-light")
    browser.screenshot("start-dark", scheme="dark")
    browser.screenshot("start-phone", width=PHONE, height=800)
