#!/usr/bin/env bash
# What review would otherwise have to look for: who imports whom, how long files are, how code is laid out.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
dev/lint-imports.sh || failed=1

while read -r lines file; do
  [ "$file" = total ] && continue
  if [ "$lines" -gt 400 ]; then
    echo "$file has $lines lines; 400 is the most, and 250 is a reason to look for a second noun."
    failed=1
  fi
done < <(git ls-files 'Sources/*.swift' 'Sources/*.c' 'Sources/*.h' | xargs wc -l)

forbidden=$(git grep -nE '\bfatalError\(|\btry!|\bas!' -- 'Sources/*.swift' | grep -v '//' || true)
if [ -n "$forbidden" ]; then
  printf 'These need a reason in a comment beside them, or go:\n%s\n' "$forbidden"
  failed=1
fi

if command -v swift >/dev/null && swift format --version >/dev/null 2>&1; then
  git ls-files '*.swift' | xargs swift format lint --strict --configuration .swift-format || failed=1
fi
[ "$failed" -eq 0 ] && echo "lint: fine"
exit "$failed"
