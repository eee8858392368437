#!/bin/bash
# Runs the end-to-end tests against the release build (or MOONGATE_BIN). Arguments go to pytest.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
"$root/dev/install-test-tools.sh"
export PYTHONDONTWRITEBYTECODE=1
cd "$root/Tests/EndToEnd"
exec "$root/.build/test-venv/bin/pytest" -q --junitxml "$root/.build/e2e.xml" "$@"
