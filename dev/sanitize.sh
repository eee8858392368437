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

# What states share in C, without Lua. The runtime of this ThreadSanitizer wants libdispatch, which Swift has.
echo "== ThreadSanitizer, arenas"
swift_lib="$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')/linux"
mkdir -p .build-thread
clang -std=gnu11 -O1 -g -fsanitize=thread -ISources/CLuaBridge Tests/Fuzz/arenas_stress.c Sources/CLuaBridge/arenas.c \
    -L"$swift_lib" -Wl,-rpath,"$swift_lib" -ldispatch -lBlocksRuntime -lpthread -o .build-thread/arenas_stress
.build-thread/arenas_stress

# Lua leaves C frames by longjmp, which ThreadSanitizer's shadow stack does not survive in instrumented C: the Swift side is
# instrumented, the C side is one state per thread by construction, but for the arenas above.
echo "== ThreadSanitizer"
swift test --sanitize=thread -Xcc -fno-sanitize=thread --scratch-path .build-thread --filter "$tests"
