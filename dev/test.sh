#!/usr/bin/env bash
# Everything that CI runs, in one command: lint, the Swift tests, the program, the specs of scripts and plugins, and the
# tests from outside. Ends with one line that counts.
set -uo pipefail
cd "$(dirname "$0")/.."
dev/install-packages.sh || exit 3
dev/install-test-tools.sh || exit 3
mkdir -p .build
passed=0
failed=0

# count FILE: adds the cases of a JUnit report, as one program wrote it.
count() {
  local total bad
  read -r total bad < <(python3 - "$1" <<'PY'
import sys, xml.etree.ElementTree as tree
total = bad = 0
for case in tree.parse(sys.argv[1]).iter("testcase"):
    if case.find("skipped") is not None:
        continue
    total += 1
    bad += case.find("failure") is not None or case.find("error") is not None
print(total, bad)
PY
  ) || { failed=$((failed + 1)); return; }
  passed=$((passed + total - bad))
  failed=$((failed + bad))
}

# step NAME COMMAND...: runs it and says how long that took; a failure counts as one.
step() {
  local name=$1 begun=$SECONDS status=0
  shift
  printf '\n== %s\n' "$name"
  "$@" || status=1
  printf '%s: %s in %d s\n' "$name" "$([ "$status" -eq 0 ] && echo done || echo FAILED)" $((SECONDS - begun))
  return "$status"
}

step "Lint" dev/lint.sh && passed=$((passed + 1)) || failed=$((failed + 1))

rm -f .build/swift-tests*.xml .build/examples*.xml .build/specs.xml .build/e2e.xml
# A few tests at a time: with all at once on two cores, each waits so long for its turn that its limits of time are over.
step "Swift tests" env SWIFT_BACKTRACE=enable=no SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4 \
  swift test --quiet --xunit-output .build/swift-tests.xml
swift_status=$?
report=.build/swift-tests-swift-testing.xml
[ -f "$report" ] && count "$report"
[ "$swift_status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=$((failed + 1))

before=$failed
step "Examples: two packages of their own" dev/examples.sh --xunit-output "$PWD/.build/examples.xml"
examples=$?
[ -f .build/examples-swift-testing.xml ] && count .build/examples-swift-testing.xml
[ "$examples" -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))

if step "The program (release)" make --no-print-directory build; then
  before=$failed
  step "Specs of the site and of the plugins that ship" .build/release/moongate test --junit .build/specs.xml
  specs=$?
  [ -f .build/specs.xml ] && count .build/specs.xml
  [ "$specs" -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))

  before=$failed
  step "Tests from outside: real provider, real browser, hostile provider" Tests/EndToEnd/run.sh
  outside=$?
  [ -f .build/e2e.xml ] && count .build/e2e.xml
  [ "$outside" -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))
else
  failed=$((failed + 1))
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
