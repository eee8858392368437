#!/usr/bin/env bash
# What review would otherwise have to look for: who imports whom, how long files are, how code is laid out.
set -uo pipefail
cd "$(dirname "$0")/.."
git rev-parse --git-dir >/dev/null || { echo "lint looks at what git lists: it needs a clone of your own." >&2; exit 1; }
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

# Every public declaration is documented; one that fulfils a protocol has its protocol's documentation.
witnesses='description|debugDescription|==|<|hash|variable|secret|now|bytes|find[A-Za-z]*|list[A-Za-z]*|deleteExpired[A-Za-z]*'
witnesses+='|setValue|incrementValue|deleteValue|transaction|change|apply|rows|execute|dialect|fetch|respond|handle|coreContext|chain|lease|start|proceed|end|run'

if command -v swift >/dev/null && swift format --version >/dev/null 2>&1; then
  git ls-files '*.swift' | xargs swift format lint --strict --configuration .swift-format || failed=1
  documented=$(mktemp)
  sed 's/"AllPublicDeclarationsHaveDocumentation": false/"AllPublicDeclarationsHaveDocumentation": true/' .swift-format \
    >"$documented"
  undocumented=$(git ls-files 'Sources/*.swift' | xargs swift format lint --configuration "$documented" 2>&1 \
    | grep AllPublicDeclarations | grep -vE "'($witnesses)(\(.*\))?'" || true)
  rm -f "$documented"
  if [ -n "$undocumented" ]; then
    echo "$undocumented"
    failed=1
  fi
else
  echo "lint: swift format is not here; layout is not checked"
fi
[ "$failed" -eq 0 ] && echo "lint: fine"
exit "$failed"
