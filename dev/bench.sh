#!/usr/bin/env bash
# What requests cost, in one run: CPU per request of the server against a bare Hummingbird server that is given the same
# request, the parts in process, start-up and memory. docs/benchmarks.md says how to read it.
# ROUNDS=5 SECONDS_A_LEG=3 dev/bench.sh
set -euo pipefail
cd "$(dirname "$0")/.."
source dev/packages.sh
source dev/bench-lib.sh
build_benchmarks BareServer CoreBenchmarks HookComparison

echo
"$binaries/CoreBenchmarks" Benchmarks/site

echo
"$binaries/HookComparison" Benchmarks/site

prepare_site
start_server floor 3111 "$binaries/BareServer" 3111
start_moongate always 3112 always
start_moongate changed 3113 changed
start_moongate none 3114 changed --no-scripts

echo
echo "CPU per request (utime + stime of the server), $rounds rounds of one ${seconds}-second leg each, in turn"
for ((round = 1; round <= rounds; round++)); do
  for leg in floor always changed none; do measure "$leg" "$seconds"; done
done
report_line floor "bare Hummingbird, same request"
report_line always "session read, both hooks, sealed anew" 1.6
report_line changed "session read, both hooks" 1.45
report_line none "session read, no hooks"

echo
measure_memory
echo
measure_start
