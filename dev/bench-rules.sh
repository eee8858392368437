#!/usr/bin/env bash
# What access rules cost: decisions in process, `verify` against a bare server, and the middleware on a route of one's own.
# docs/benchmarks.md says how to read it. ROUNDS=5 SECONDS_A_LEG=3 dev/bench-rules.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source dev/packages.sh
source dev/bench-lib.sh
build_benchmarks BareServer RuleBenchmarks EmbeddedServer

prepare_site
cp -r Benchmarks/rules "$work/rules"
echo
"$binaries/RuleBenchmarks" "$work/rules"

# In the site with rules; the measured site has both hooks.
cp Benchmarks/rules/scripts/rules.lua "$work/site/scripts/rules.lua"
export BENCH_URL=http://localhost:3121 BENCH_REISSUE=changed

# start_embedded NAME PORT FOLDER MODE
start_embedded() {
  start_server "$1" "$2" "$binaries/EmbeddedServer" "$2" "$3" "$4"
  url[$1]=http://127.0.0.1:$2/account/me
}

start_server floor 3120 "$binaries/BareServer" 3120
start_server verify 3121 env -C "$work/rules" "$moongate" serve --port 3121
url[verify]=http://127.0.0.1:3121/auth/verify
start_embedded bare 3122 "$work/rules" bare
start_embedded unread 3123 "$work/rules" unread
start_embedded read 3124 "$work/rules" read
start_embedded rules 3125 "$work/rules" rules
start_embedded hooked 3126 "$work/site" read

# As a proxy asks; the others have no use for the fields, and get the same bytes.
ask=(-H "X-Forwarded-Method: GET" -H "X-Forwarded-Host: localhost" -H "X-Forwarded-Uri: /account/me"
  -H "X-Forwarded-Proto: http" -H "X-Forwarded-For: 192.0.2.7")
load() {
  wrk -t1 -c64 -d"$2s" -H "Cookie: $cookie" "${ask[@]}" "${url[$1]}" >"$work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
    echo "$1:" >&2
    cat "$work/wrk" >&2
    exit 1
  fi
  answered=$(awk '/requests in/ { print $1 }' "$work/wrk")
}

# added NAME TEXT [LIMIT]: what a leg adds to the bare route, as a share of it, within a round.
added() {
  local share text=""
  share=$(paste "$work/$1.figures" "$work/bare.figures" | awk '{ printf "%.1f\n", ($1 / $2 - 1) * 100 }' | median)
  [ -n "${3:-}" ] && text="  at most $3 %: $(verdict "$share" "$3")"
  printf '  %-40s %7.1f us  %+6.1f %%%s\n' "$2" "$(median <"$work/$1.figures")" "$share" "$text"
}

echo
echo "CPU per request (utime + stime of the server), $rounds rounds of one ${seconds}-second leg each, in turn"
for ((round = 1; round <= rounds; round++)); do
  for leg in floor verify bare unread read rules hooked; do measure "$leg" "$seconds"; done
done
report_line floor "bare Hummingbird, same request"
report_line verify "verify: a route for who is signed in" 2
echo "A route of one's own, signed in"
added bare "bare route"
added unread "SessionMiddleware, session not read" 3
added read "SessionMiddleware, session read" 45
added hooked "… with a jwt and a session hook"
added rules "RulesMiddleware, login = true"
