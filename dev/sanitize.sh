#!/usr/bin/env bash
# Runs the tests of the parts that own memory by hand under AddressSanitizer and ThreadSanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
dev/install-packages.sh
export SWIFT_BACKTRACE=enable=no MOONGATE_SANITIZED=1
# The test runner itself keeps a few hundred bytes until the end; what we look for is memory used wrongly.
export ASAN_OPTIONS=detect_leaks=0
export TSAN_OPTIONS="suppressions=$PWD/dev/tsan.supp"
tests='LuaHostTests|MoongateTokensTests'

echo "== AddressSanitizer"
swift test --sanitize=address --scratch-path .build-address --filter "$tests"

# Lua leaves C frames by longjmp, which ThreadSanitizer's shadow stack does not survive in instrumented C: the Swift side is
# instrumented, the C side is one state per thread by construction.
echo "== ThreadSanitizer"
swift test --sanitize=thread -Xcc -fno-sanitize=thread --scratch-path .build-thread --filter "$tests"
