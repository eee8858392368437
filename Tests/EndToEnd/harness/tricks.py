"""Requests that mean one thing to a gate and another to an app, written as bytes. HOST stands for the site's own."""

# Targets: where an app that decodes, folds, or repairs might end up elsewhere than the rules were asked about.
TARGETS = [
    "/open/../admin/x", "/open/./../admin/x", "/open/x/../../admin", "/admin/../open/x", "/open/..", "/open/x/..", "/open/.",
    "/./admin/x", "/../admin", "/open/%2e%2e/admin/x", "/open/.%2e/admin", "/open/%2E./admin", "/open/%2e", "/%2e%2e/admin",
    "/open/..%2fadmin/x", "/open/..%2Fadmin", "/open%2f..%2fadmin", "/%2fadmin", "/open%2fx", "/admin%2fx", "/open/%2f%2fadmin",
    "/open/..%5cadmin", "/open/%5c..%5cadmin", "/open/..\\admin", "/open\\..\\admin", "\\admin", "/\\admin",
    "//admin/x", "/open//../admin", "/open//admin", "///admin", "//localhost/admin", "//evil.example/open/x", "/admin//x",
    "/open/..;/admin", "/open/..;a=b/admin", "/open;/../admin", "/admin;x", "/;/admin/x", "/open/%3b/../admin", "/open/..%3b/admin",
    "/open/%252e%252e/admin", "/open/..%252fadmin", "/open/%25252e%25252e%25252fadmin", "/open/%2525", "/%2561dmin",
    "/ADMIN/x", "/Admin/x", "/%61dmin/x", "/%41dmin/x", "/admi%6e/x", "/OPEN/../admin", "/open/%41",
    "/admin%00", "/open/%00/../../admin", "/open/x%00.css", "/open/%0d%0aX-User-Id:%20evil", "/open/%09", "/open/%7f", "/open/%01",
    "/open/%c0%ae%c0%ae/admin", "/open/%c0%af../admin", "/open/%e0%80%ae", "/open/%u002e%u002e/admin", "/open/%ff",
    "/open/\u00e9", "/open/\u2025/admin", "/open/%ef%bc%8e%ef%bc%8e/admin", "/open/...//admin", "/open/.../admin", "/open/%20",
    "/open/x#/../../admin", "/open/x%23/../../admin", "/open/x?/../../admin", "/open/x%3f/../../admin", "/admin?/open/x",
    "/open/x?a=%2e%2e%2fadmin", "/open/%", "/open/%zz", "/open/x%2", "/open/{}", "/open/<>", "/open/a|b", "/open/^",
    "admin/x", "?x", "*", "http://HOST/admin/x", "http://HOST/open/../admin", "http://evil.example/open/x", "http:///admin",
    "http://HOST@evil.example/admin", "HTTP://HOST/open/x", "/open/x /admin", "/admin /open/x", "/open/\t", "/open/" + "a" * 9000,
    "/auth/../admin", "/auth/%2e%2e/admin", "/auth/..;/admin", "/auth/..%2fadmin", "/auth/x/../../admin", "/auth//../admin",
    "/auth/verify", "/auth//verify", "/auth/./verify", "/auth/%76erify", "/AUTH/verify", "/auth/verify/", "/auth/verify/../../admin",
    "/authx/../admin",
]

# Fields sent with a request for /admin/x, by somebody who may not.
SMUGGLED = [
    "X-Forwarded-Uri: /open/x", "X-Forwarded-Uri: /open/x\r\nX-Forwarded-Uri: /open/x", "x-forwarded-uri: /open/x",
    "X-Original-URI: /open/x", "X-Original-URL: http://HOST/open/x", "X-Original-Url: /open/x", "X-Rewrite-URL: /open/x",
    "X-Original-Method: GET\r\nX-Original-URL: http://HOST/open/x", "X-Original-Method: OPTIONS", "X-Forwarded-Method: OPTIONS",
    "X-Forwarded-Method: GET\r\nX-Forwarded-Host: HOST\r\nX-Forwarded-Uri: /open/x\r\nX-Forwarded-Proto: http",
    "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /open", "X-Forwarded-Path: /open/x", "X-Forwarded-Proto: https,http",
    "X_Forwarded_Uri: /open/x", "X-Forwarded_Uri: /open/x", "X_Original_URL: http://HOST/open/x", "X_Original_Method: GET",
    "X-HTTP-Method-Override: OPTIONS", "X-HTTP-Method: OPTIONS", "X-Method-Override: OPTIONS", "X_HTTP_Method_Override: OPTIONS",
    "X-Auth-Rule: open", "X-Auth-Status: 200", "X-Auth-Reason: rule.allows", "X-Auth-Redirect: /open/x", "X-Moongate-Generation: x",
    "X-User-Id: 1", "X-User-Roles: admin", "X-User-Id: 1\r\nX-User-Roles: admin", "X_User_Roles: admin", "Remote-User: root",
    "Connection: X-Forwarded-Uri, X-Forwarded-Method, X-Forwarded-Host", "Connection: X-Original-URL, X-Original-Method",
    "Connection: Cookie, Authorization", "Connection: X-User-Id, X-User-Roles", "Connection: close, Host",
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings",
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Authorization: Bearer %", "Authorization: Bearer", "Authorization: Bearer x\r\nAuthorization: Bearer y", "Authorization: Basic cm9vdDpyb290",
    "Cookie: authjs.session-token=%", "Cookie: authjs.session-token=x; authjs.session-token.0=y", "Cookie: ;;;=",
    "Forwarded: for=192.0.2.7;host=HOST;proto=https", "X-Real-IP: 192.0.2.7", "Via: 1.1 localhost", "Max-Forwards: 0",
    "Expect: 100-continue", "TE: trailers", "Range: bytes=0-1", "Accept: text/html", "Sec-Fetch-Mode: navigate",
]

# Fields sent with a request for /open/x: who the app believes to see must be Moongate's word.
CLAIMED = [
    "X-User-Id: evil", "x-user-id: evil", "X-User-Id: evil\r\nX-User-Id: evil", "X_User_Id: evil", "X-User_Id: evil", "X_User-Id: evil",
    "X-USER-ID: evil", "X-User-Id:evil", "X-User-Roles: evil", "X_USER_ROLES: evil", "X-User-Roles: evil\r\nX-User-Id: evil",
    "X-User-Id: evil\r\nConnection: X-User-Id", "Connection: X-User-Id, X-User-Roles", "Connection: close, x-user-roles",
    "X-User-Id: evil\r\n folded", "X-User-Id : evil", "X-User-Id\t: evil", " X-User-Id: evil", "X-User-Id;: evil",
    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings",
    "Upgrade: TLS/1.0\r\nConnection: Upgrade", "Upgrade: websocket, h2c\r\nConnection: Upgrade",
    # Every other character that a name may have (RFC 9110 section 5.6.2) is `_` to CGI, as the dash is.
    *[f"{name.replace('-', character)}: evil" for character in "!#$%&'*+.^`|~" for name in ("X-User-Id", "X-User-Roles")],
    *[f"X-User{character}Id: evil" for character in "!#$%&'*+.^`|~"],
]

# What other gates and proxies tell apps of a client: who it is, and where it wanted to go.
FOREIGN = [
    *["X-User-" + name for name in ("Name", "Email", "Groups")],
    *["X-Forwarded-" + name for name in (
        "User", "Email", "Groups", "Roles", "Preferred-Username", "Access-Token", "Client-Cert", "Tls-Client-Cert",
        "Tls-Client-Cert-Info", "Server", "Scheme", "Ssl", "Path", "Prefix", "Port")],
    *["X-Auth-" + name for name in ("User", "Username", "Email", "Groups", "Roles")],
    *["X-Auth-Request-" + name for name in ("User", "Email", "Groups", "Preferred-Username", "Access-Token", "Redirect")],
    "X-Original-Host", "X-Original-Forwarded-For", "X-Original-URL", "X-Original-URI", "X-Original-Method", "X-Rewrite-URL",
]

# Whole messages: {} is the head that makes a request for /open/x one of this site.
MESSAGES = [
    "GET /admin/x\r\n",
    "GET /admin/x HTTP/0.9\r\n\r\n",
    "GET /admin/x HTTP/1.0\r\n\r\n",
    "GET /open/x HTTP/1.0\r\n\r\n",
    "GET /admin/x HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "GET /open/x HTTP/1.1\r\nHost: evil.example/admin\r\nConnection: close\r\n\r\n",
    "GET /open/x HTTP/1.1\r\nHost: HOST, evil.example\r\nConnection: close\r\n\r\n",
    # A host that holds a target: what is put together of host and target says another one than what goes on.
    *[f"GET /admin/x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n" for host in (
        "HOST/open/x?", "HOST/open/x#", "HOST/open/x;", "HOST?/open/x", "HOST#/open/x", "HOST\\open\\x?", "HOST/open/x%3f",
        "x@HOST/open/x?", "HOST:80/open/x?", "[::1]/open/x?", "HOST /open/x?", "HOST%2fopen%2fx%3f")],
    "GET /open/x HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
    "get /admin/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "G\u00cbT /admin/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "FROB /admin/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "TRACE /open/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "CONNECT admin:80 HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "OPTIONS * HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "OPTIONS /admin/x HTTP/1.1\r\nHost: HOST\r\nOrigin: http://evil.example\r\n"
    "Access-Control-Request-Method: GET\r\nConnection: close\r\n\r\n",
    "HEAD /admin/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "GET /open/x HTTP/1.1\r\nHost: HOST\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
    "GET /open/x HTTP/1.1\nHost: HOST\nX-User-Id: evil\nConnection: close\n\n",
    "GET /open/x HTTP/1.1\r\nHost: HOST\r\nX-A: b\rX-User-Id: evil\r\nConnection: close\r\n\r\n",
    "GET /open/x HTTP/1.1\r\nHost: HOST\r\nX-A: b\x00\r\nX-User-Id: evil\r\nConnection: close\r\n\r\n",
    "POST /open/x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    "0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "POST /open/x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
    "0\r\n\r\nGET /admin/x HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "POST /open/x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 40\r\nConnection: close\r\n\r\n"
    "GET /admin/x HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "GET /open/x HTTP/1.1\r\nHost: HOST\r\nContent-Length: 39\r\nConnection: close\r\n\r\n"
    "GET /admin/x HTTP/1.1\r\nHost: HOST\r\n\r\n",
]


def requests(host: str, cookie: str = ""):
    """Every trick as a name and bytes for a site; `cookie` is the field of somebody who is no admin."""

    def request(target: str, fields: str = "") -> str:
        close = "" if "connection:" in fields.lower() else "Connection: close\r\n"
        own = "" if "cookie:" in fields.lower() else cookie
        return f"GET {target} HTTP/1.1\r\nHost: HOST\r\n{own}{fields}{fields and chr(13) + chr(10)}{close}\r\n"

    for target in TARGETS:
        yield f"GET {target[:60]}", request(target)
    for fields in SMUGGLED:
        yield f"/admin/x with {fields}", request("/admin/x", fields)
    for fields in CLAIMED:
        yield f"/open/x with {fields}", request("/open/x", fields)
    for message in MESSAGES:
        yield message[:100], message.replace("\r\nConnection", "\r\n" + cookie + "Connection")


def all_requests(host: str, cookie: str = "") -> list[tuple[str, bytes]]:
    return [(name, text.replace("HOST", host).encode()) for name, text in requests(host, cookie)]
