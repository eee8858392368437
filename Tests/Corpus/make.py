#!/usr/bin/env python3
"""Makes decisions.json: the requests of the corpus, each with what has to come out.

`make.py MOONGATE` asks `MOONGATE explain --json` for the outcomes; read the difference before it is committed.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# `@fresh` stands for a minute before the test begins.
USERS = {
    "ada": {"sub": "1", "name": "Ada", "email": "ada@example.test", "roles": ["admin"], "scope": "read write",
            "auth_time": "@fresh", "plan": "gold", "tenant": "acme", "limits": {"daily": 20, "apiKey": "k-123"}},
    "rae": {"sub": "2", "name": "Raé", "email": "rae@example.test", "roles": ["reader"], "scope": "read",
            "auth_time": 1_700_000_000, "plan": "free", "tenant": "umbrella, \u00fcber"},
    "sam": {"sub": "3", "role": "support", "scopes": ["write"], "plan": "gold", "limits": {"daily": 1}},
    "eve": {"sub": "4", "roles": ["admin", "auditor"], "suspended": True, "auth_time": "@fresh"},
    "aud": {"sub": "5", "roles": ["editor", "auditor"], "tenant": 7, "auth_time": "@fresh"},
    "bot": {"sub": "6"},
}
OFFICE, ELSEWHERE = "127.0.0.5", "127.0.0.9"
APP, ADMIN, SHOP = "app.example.test", "admin.example.test", "x.shop.example.test"


def requests():
    def ask(method, target, host=APP, user=None, ip=ELSEWHERE, bearer=False, headers=None):
        entry = {"method": method, "target": target, "host": host, "ip": ip}
        if user:
            entry["user"] = user
        if bearer:
            entry["bearer"] = True
        if headers:
            entry["headers"] = headers
        return entry

    everybody = [None, *USERS]
    # Who may do what, on every route.
    for method, target in [
        ("GET", "/"), ("GET", "/static/a.css?v=2"), ("GET", "/static/private/a.css"), ("GET", "/account"),
        ("DELETE", "/account"), ("GET", "/orders/7"), ("POST", "/orders/7/refund"), ("GET", "/both"),
        ("GET", "/api/things"), ("POST", "/api/things"), ("GET", "/bank/transfer"), ("GET", "/plan/x"),
        ("GET", "/t/acme/files"), ("GET", "/limits"), ("GET", "/office/staff"), ("GET", "/query"), ("GET", "/nowhere"),
        ("GET", "/old/page"), ("GET", "/reset/abcdef"), ("GET", "/misspelt"),
    ]:
        for user in everybody:
            yield ask(method, target, user=user)
    for user in [None, "ada", "rae", "sam"]:
        for host, target in [
            (ADMIN, "/"), (ADMIN, "/health"), (ADMIN, "/orders/7"), (ADMIN, "/old/page"), (SHOP, "/"), (SHOP, "/export/a"),
            (SHOP, "/account"), (SHOP, "/nowhere"),
        ]:
            yield ask("GET", target, host=host, user=user)
    # Methods.
    for method in ["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]:
        for target in ["/static/a.css", "/orders/7", "/api/things", "/method", "/health"]:
            yield ask(method, target, user="ada", host=ADMIN if target == "/health" else APP)
    # Networks.
    for user in [None, "rae", "aud"]:
        for target in ["/office", "/office/map", "/office/staff", "/lab/rat"]:
            yield ask("GET", target, user=user, ip=OFFICE)
    # What functions answer.
    for query in ["q=why", "q=corp", "q=again", "q=away", "q=header", "q=raise", "q=table", "q=long", "q=1&q=2", "q=", "",
                  "token=abc", "password=hunter2&q=x", "code=1&state=2", "q=ok&callbackUrl=%2Fx%3Ftoken%3D1"]:
        for user in [None, "ada"]:
            yield ask("GET", "/query?" + query, user=user)
    yield ask("GET", "/broken?is=true")
    yield ask("GET", "/broken")
    yield ask("POST", "/orders/0/refund", user="sam")
    yield ask("POST", "/orders/a%20b/refund", user="sam")
    yield ask("GET", "/caf%C3%A9/%C3%BCber")
    yield ask("GET", "/caf%C3%A9/plain")
    yield ask("GET", "/reset/eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl")
    yield ask("GET", "/t/umbrella%2C%20%C3%BCber/x", user="rae")
    yield ask("GET", "/t/7/x", user="aud")
    # Tokens in the header field, and clients that try to be somebody.
    for user in USERS:
        yield ask("GET", "/api/things", user=user, bearer=True, headers={"Accept": "application/json"})
    for name in ["X-User-Id", "x-user-id", "X-User-Roles", "X-Tenant", "X-Note", "X-HTTP-Method-Override"]:
        for target in ["/", "/account"]:
            for user in [None, "ada"]:
                yield ask("GET", target, user=user, headers={name: "1"})
    # Targets that are no canonical ones, and some that only look so.
    for target in [
        "/static/../account", "/static/%2e%2e/account", "//account", "/account//", "/a%2Fb", "/a%5Cb", "/account;x=1",
        "/%61ccount", "/static/%252e", "/a%00b", "/%C3", "/account/.", "/static/a%3Bb", "/account/%2E%2E/bank",
        "/account?x=../..", "/account?next=//evil.example.test", "/static/a%20b.css", "/static/%25", "/account/..x",
    ]:
        for user in [None, "ada"]:
            yield ask("GET", target, user=user)


def outcome(program, entry, fresh):
    command = [program, "explain", entry["method"], entry["target"], "--json", "--ip", entry["ip"],
               "--header", f"Host: {entry['host']}", "--config", str(HERE / "site/config.lua")]
    text = ""
    if "user" in entry:
        claims = {name: fresh if value == "@fresh" else value for name, value in USERS[entry["user"]].items()}
        command += ["--as", "-"]
        text = json.dumps(claims)
    done = subprocess.run(command, input=text, capture_output=True, text=True, env={**os.environ, "AUTH_SECRET": "s" * 32})
    if done.returncode not in (0, 1):
        raise SystemExit(f"{command}: {done.stderr}")
    decision = json.loads(done.stdout)["decision"]
    return " ".join([decision["verdict"], decision["code"], decision.get("rule", {}).get("id", "-")])


def main():
    import time

    entries = list(requests())
    fresh = int(time.time()) - 60
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for entry, expected in zip(entries, pool.map(lambda e: outcome(sys.argv[1], e, fresh), entries)):
            entry["expect"] = expected
    lines = ",\n".join("    " + json.dumps(entry, ensure_ascii=False) for entry in entries)
    users = ",\n".join(f"    {json.dumps(name)}: {json.dumps(claims, ensure_ascii=False)}" for name, claims in USERS.items())
    (HERE / "decisions.json").write_text(f'{{\n  "users": {{\n{users}\n  }},\n  "requests": [\n{lines}\n  ]\n}}\n')
    print(f"{len(entries)} requests")


if __name__ == "__main__":
    main()
