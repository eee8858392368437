"""An HTTP client with a cookie jar that talks as next-auth's browser client does."""

import http.client
import json
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

SESSION_COOKIE = "authjs.session-token"


class Answer:
    """A response read to its end."""

    def __init__(self, response, body: bytes):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def location(self):
        return self.headers.get("Location")

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    @property
    def set_cookies(self) -> list[str]:
        return self.headers.get_all("Set-Cookie") or []

    def cookie_lines(self, name: str) -> list[str]:
        return [line for line in self.set_cookies if line.split("=", 1)[0] == name]

    @property
    def error(self):
        """The `error` parameter of the Location."""
        return parse_qs(urlsplit(self.location or "").query).get("error", [None])[0]

    @property
    def sets_session(self) -> bool:
        """Whether a session cookie (or chunk of one) with a value is set."""
        return any(
            line.startswith(SESSION_COOKIE) and line.split("=", 1)[1].split(";")[0] != ""
            for line in self.set_cookies
        )


class Client:
    """One browser's worth of cookies for one origin."""

    def __init__(self, origin: str, base: str = "/auth"):
        self.origin = origin
        self.base = base
        self.jar: dict[str, str] = {}
        parts = urlsplit(origin)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)

    # -- one request

    def request(self, method: str, path: str, body=None, headers=None, cookies=None) -> Answer:
        """Sends one request; `path` may be an absolute URL of this origin. Follows nothing."""
        if path.startswith(self.origin):
            path = path[len(self.origin):] or "/"
        headers = dict(headers or {})
        jar = self.jar if cookies is None else cookies
        if jar and "Cookie" not in headers:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in jar.items())
        answer = self._exchange(method, path, body, headers)
        if cookies is None:
            self._keep(answer.set_cookies)
        return answer

    def _exchange(self, method, path, body, headers) -> Answer:
        try:
            return self._once(method, path, body, headers)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # A kept-alive connection that the server closed meanwhile.
            self._connection.close()
            return self._once(method, path, body, headers)

    def _once(self, method, path, body, headers) -> Answer:
        self._connection.request(method, path, body=body, headers=headers)
        response = self._connection.getresponse()
        return Answer(response, response.read())

    def _keep(self, lines):
        for line in lines:
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, value = pair.split("=", 1)
            lowered = [attribute.lower() for attribute in attributes]
            if value == "" or "max-age=0" in lowered:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value

    def get(self, path: str, **options) -> Answer:
        return self.request("GET", path, **options)

    def post(self, path: str, fields: dict, headers=None, **options) -> Answer:
        merged = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.request("POST", path, body=urlencode(fields), headers=merged, **options)

    def post_json(self, path: str, value, headers=None, **options) -> Answer:
        merged = {"Content-Type": "application/json", **(headers or {})}
        return self.request("POST", path, body=json.dumps(value), headers=merged, **options)

    # -- what next-auth's client does

    def csrf(self) -> str:
        return self.get(f"{self.base}/csrf").json()["csrfToken"]

    def session(self):
        return self.get(f"{self.base}/session").json()

    def providers(self):
        return self.get(f"{self.base}/providers").json()

    def sign_in(self, name: str, password: str = "open sesame", provider: str = "credentials", **fields) -> Answer:
        """Credentials sign-in."""
        return self.post(
            f"{self.base}/callback/{provider}",
            {"csrfToken": self.csrf(), "username": name, "password": password, **fields},
        )

    def sign_out(self, **fields) -> Answer:
        return self.post(f"{self.base}/signout", {"csrfToken": self.csrf(), **fields})

    def begin(self, provider: str, query: str = "", **fields) -> Answer:
        """First leg of an OAuth sign-in: the Location is the provider's."""
        return self.post(f"{self.base}/signin/{provider}{query}", {"csrfToken": self.csrf(), **fields})

    # -- cookies

    @property
    def session_token(self):
        """The session cookie put together from its chunks."""
        if SESSION_COOKIE in self.jar:
            return self.jar[SESSION_COOKIE]
        chunks = [(int(name.rsplit(".", 1)[1]), value) for name, value in self.jar.items()
                  if name.startswith(SESSION_COOKIE + ".")]
        return "".join(value for _, value in sorted(chunks)) or None

    def set_cookie(self, name: str, value: str):
        self.jar[name] = quote(value, safe="")

    def cookie(self, name: str):
        return unquote(self.jar[name]) if name in self.jar else None

    def close(self):
        self._connection.close()

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self.close()


def fetch(url: str, headers=None) -> Answer:
    """A GET that follows nothing, to any loopback origin."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request("GET", parts.path + ("?" + parts.query if parts.query else ""), headers=headers or {})
        response = connection.getresponse()
        return Answer(response, response.read())
    finally:
        connection.close()
