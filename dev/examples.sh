#!/usr/bin/env bash
# Builds the examples, which are packages of their own, and runs the tests of the one that has some (arguments go to them).
# They build into the folder of the package itself: what `swift build` has compiled is not compiled again.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch="$PWD/.build"
swift build --package-path examples/any-server --scratch-path "$scratch" --product AnyServer
swift build --package-path examples/hummingbird-app --scratch-path "$scratch" --build-tests
swift test --package-path examples/hummingbird-app --scratch-path "$scratch" --skip-build "$@"
