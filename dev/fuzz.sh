#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer and runs each for RUNS executions (default 100,000) from
# the seeds in Tests/Fuzz/corpus. What they find is written to .build/fuzz. TARGETS="json_in patterns" picks some.
#
# The targets are C, as what they look at is; `swiftc -sanitize=fuzzer,address` links the same libFuzzer, and would add
# nothing but a Swift frame around each call.
set -euo pipefail
cd "$(dirname "$0")/.."
runs="${RUNS:-100000}"
out=.build/fuzz
mkdir -p "$out"
# Lua leaves frames by longjmp, after which the sanitizer's own stack of frames only grows.
flags=(-std=c11 -O1 -g -Wall -Wextra -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
       -fsanitize-address-use-after-return=never
       -I Sources/CLuaBridge -I Sources/CLuaBridge/include -I Sources/CJSON/include -I Sources/CJSON)
read -ra lua <<< "$(pkg-config --cflags --libs lua5.4)"
for target in ${TARGETS:-json_in json_out patterns scripts canaries}; do
    clang "${flags[@]}" "Tests/Fuzz/$target.c" Sources/CLuaBridge/*.c Sources/CJSON/*.c "${lua[@]}" -lpthread -lm \
        -o "$out/$target" 2> "$out/$target.build" || { cat "$out/$target.build"; exit 1; }
    mkdir -p "$out/corpus/$target"
    echo "== $target, $runs executions"
    ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=8 "$out/$target" -runs="$runs" -max_len=400 -timeout=20 \
        -rss_limit_mb=4096 -print_final_stats=1 -verbosity=0 -artifact_prefix="$out/$target-" \
        "$out/corpus/$target" "Tests/Fuzz/corpus/$target"
done
