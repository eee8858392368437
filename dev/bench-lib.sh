# Sourced by bench.sh and bench-rules.sh: servers, legs and figures.

rounds=${ROUNDS:-5}
seconds=${SECONDS_A_LEG:-3}
moongate=$PWD/.build/release/moongate
binaries=$PWD/Benchmarks/.build/release

work=$(mktemp -d)
declare -A pid url
trap 'kill "${pid[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

# build_benchmarks PRODUCT...: in release, as the program is built, which has to be there.
build_benchmarks() {
  install_missing wrk
  if [ ! -x "$moongate" ]; then
    echo "There is no $moongate: run make build first." >&2
    exit 3
  fi
  echo "Building $* (release; the first time takes long) ..."
  local product
  for product; do
    swift build --package-path Benchmarks -c release --static-swift-stdlib --product "$product" >"$work/build.log" 2>&1 ||
      { cat "$work/build.log" >&2; exit 3; }
  done
}

# The site and the cookies of a signed-in browser: CSRF token, callback-url, session.
prepare_site() {
  export AUTH_SECRET=benchmark-secret-0123456789-0123456789
  cp -r Benchmarks/site "$work/site"
  local csrf digest token
  csrf=$(printf 'a%.0s' {1..64})
  digest=$(printf '%s%s' "$csrf" "$AUTH_SECRET" | sha256sum | cut -d' ' -f1)
  token=$("$moongate" token issue --secret-env AUTH_SECRET <Benchmarks/site/claims.json)
  cookie="authjs.csrf-token=$csrf%7C$digest; authjs.callback-url=http%3A%2F%2Flocalhost%3A3112"
  cookie="$cookie; authjs.session-token=$token"
}

# start_server NAME PORT COMMAND...: starts it and waits until it answers.
start_server() {
  local name=$1 port=$2
  shift 2
  (cd "$work/site" && exec "$@" >"$work/$name.log" 2>&1) &
  pid[$name]=$!
  url[$name]=http://127.0.0.1:$port/auth/session
  wait_healthy "$port" "${pid[$name]}" || { echo "$name did not start:" >&2; cat "$work/$name.log" >&2; exit 3; }
}

# start_moongate NAME PORT REISSUE [FLAG...]
start_moongate() {
  local name=$1 port=$2
  export BENCH_URL=http://localhost:$port BENCH_REISSUE=$3
  shift 3
  start_server "$name" "$port" "$moongate" serve --port "$port" "$@"
}

# Read from with a timeout, it is a pause that starts no process.
exec 8<> <(:)

# wait_healthy PORT PID: until /healthz is 200, at most ten seconds. It starts no process, so that it can measure.
wait_healthy() {
  local end=$((${EPOCHREALTIME/./} + 10000000)) line
  while [ "${EPOCHREALTIME/./}" -lt "$end" ]; do
    if { exec 9<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; then
      printf 'GET /healthz HTTP/1.1\r\nHost: localhost:%s\r\nConnection: close\r\n\r\n' "$1" >&9
      read -r line <&9 || line=
      exec 9>&-
      [[ $line == *" 200 "* ]] && return 0
    fi
    kill -0 "$2" 2>/dev/null || return 1
    read -rt 0.0005 -u 8 || true
  done
  return 1
}

ticks() { awk '{ print $14 + $15 }' "/proc/${pid[$1]}/stat"; }

# load NAME SECONDS: loads a server; sets `answered`. Any answer but 200 ends the run.
load() {
  wrk -t1 -c64 -d"$2s" -H "Cookie: $cookie" "${url[$1]}" >"$work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
    cat "$work/wrk" >&2
    exit 1
  fi
  answered=$(awk '/requests in/ { print $1 }' "$work/wrk")
}

# measure NAME SECONDS: adds a figure, microseconds of CPU per request, to the leg's.
measure() {
  local before after
  before=$(ticks "$1")
  load "$1" "$2"
  after=$(ticks "$1")
  awk -v t=$((after - before)) -v n="$answered" -v hz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%.2f\n", t * 1e6 / hz / n }' >>"$work/$1.figures"
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

# verdict VALUE LIMIT
verdict() { awk -v v="$1" -v l="$2" 'BEGIN { print (v <= l) ? "met" : "MISSED" }'; }

# report_line NAME TEXT [LIMIT]: median, and the median of the ratios to the floor in the same round.
report_line() {
  local ratio text=""
  ratio=$(paste "$work/$1.figures" "$work/floor.figures" | awk '{ printf "%.3f\n", $1 / $2 }' | median)
  [ -n "${3:-}" ] && text="  at most $3: $(verdict "$ratio" "$3")"
  printf '  %-40s %7.1f us   x %4.2f%s\n' "$2" "$(median <"$work/$1.figures")" "$ratio" "$text"
}

resident() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[$1]}/status"; }

# Resident memory of a fresh server after 10,000 and 100,000 session reads with both hooks.
measure_memory() {
  local total=0 mark first=0 now
  start_moongate memory 3115 always
  echo "Resident memory of a fresh server (session reads, both hooks, sealed anew)"
  printf '  %-40s %7s KiB\n' "at start" "$(resident memory)"
  for mark in 10000 100000; do
    while [ "$total" -lt "$mark" ]; do
      load memory 1
      total=$((total + answered))
    done
    sleep 0.5
    now=$(resident memory)
    printf '  %-40s %7s KiB\n' "after $total requests" "$now"
    [ "$first" -eq 0 ] && first=$now
  done
  printf '  under 60 MB: %s; growth of %s KiB, under 2 MB: %s\n' \
    "$(verdict "$now" 58593)" $((now - first)) "$(verdict $((now - first)) 1953)"
}

# From exec to the first 200 on /healthz, database and files there and warm: median of 20.
measure_start() {
  local attempt begin value
  export BENCH_URL=http://localhost:3116 BENCH_REISSUE=changed
  for ((attempt = 0; attempt <= 20; attempt++)); do
    begin=${EPOCHREALTIME/./}
    (cd "$work/site" && exec "$moongate" serve --port 3116 >"$work/start.log" 2>&1) &
    pid[start]=$!
    wait_healthy 3116 "${pid[start]}" || { cat "$work/start.log" >&2; exit 3; }
    # The first start makes the database and fills the page cache.
    [ "$attempt" -gt 0 ] && echo $((${EPOCHREALTIME/./} - begin)) >>"$work/start.figures"
    kill "${pid[start]}"
    wait "${pid[start]}" 2>/dev/null || true
  done
  value=$(median <"$work/start.figures" | awk '{ printf "%.1f", $1 / 1000 }')
  echo "Start-up, exec to the first 200 on /healthz, median of 20: $value ms  under 50 ms: $(verdict "$value" 50)"
}
