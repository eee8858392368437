#!/usr/bin/env bash
# Installs the Debian packages that building needs and this machine does not have, and says which; nothing otherwise.
set -euo pipefail
source "$(dirname "$0")/packages.sh"
if [ ! -w "$(dirname "$0")/.." ]; then
  echo "This folder cannot be written, and the build goes into it: clone the repository into a folder of your own." >&2
  exit 3
fi
# g++ and libxml2 are for the toolchain itself, which neither links nor resolves packages without them: g++ brings a linker and
# the libstdc++ that --static-swift-stdlib asks for. zlib is linked by the HTTP client that the tests of the examples use.
install_missing liblua5.4-dev libssl-dev libsqlite3-dev libcurl4-openssl-dev pkg-config zlib1g-dev g++ libxml2

if ! command -v swift >/dev/null; then
  cat >&2 <<'TXT'
There is no Swift toolchain on this machine. Moongate needs Swift 6.1 or newer: follow https://www.swift.org/install/linux/
(Debian 12: a tar archive to unpack, its usr/bin added to PATH), then run this again.
TXT
  exit 3
fi
# Not `swift --version`, which answers also where a library of the package manager is missing.
if ! said=$(swift build --version 2>&1); then
  printf 'The Swift toolchain does not run here: install the Debian packages that https://www.swift.org/install/linux/ lists.\n%s\n' \
    "$said" >&2
  exit 3
fi
