#!/usr/bin/env bash
# Runs the tests of the parts that own memory by hand under AddressSanitizer and ThreadSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
dev/install-packages.sh
export SWIFT_BACKTRACE=enable=no
# The test runner itself keeps a few hundred bytes until the end; what we look for is memory used wrongly.
export ASAN_OPTIONS=detect_leaks=0
for sanitizer in address thread; do
  echo "== $sanitizer"
  swift test --sanitize="$sanitizer" --scratch-path ".build-$sanitizer" --filter 'LuaHostTests|MoongateTokensTests'
done
