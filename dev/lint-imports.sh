#!/usr/bin/env bash
# Checks that every target imports only what the table in docs/architecture.md allows.
set -euo pipefail
cd "$(dirname "$0")/.."

everywhere="Logging Metrics HTTPTypes ServiceLifecycle UnixSignals Synchronization Glibc Musl Darwin FoundationEssentials Foundation"
reach_tokens="CJSON COpenSSL CTokens"
reach_moongate="MoongateTokens $reach_tokens Mustache"
reach_lua="CLuaBridge"
declare -A allowed=(
  [LuaHost]="$reach_lua"
  [MoongateTokens]="$reach_tokens"
  [Moongate]="MoongateTokens CJSON Mustache"
  [MoongateLua]="Moongate MoongateTokens LuaHost"
  [MoongateSQL]="Moongate MoongateTokens GRDB GRDBSQLite"
  [MoongateCurl]="Moongate CCurl"
  [MoongateHummingbird]="Moongate Hummingbird HummingbirdCore NIOCore NIOHTTP1 NIOHTTPTypes NIOHTTPTypesHTTP1"
  [MoongateTesting]="Moongate MoongateTokens Testing"
  [MoongateRuntime]="Moongate MoongateTokens MoongateLua MoongateSQL MoongateCurl LuaHost"
  [MoongateCLI]="MoongateRuntime MoongateHummingbird NIOCore Moongate MoongateTokens MoongateLua LuaHost Hummingbird HummingbirdCore ArgumentParser"
)
failed=0
for folder in Sources/*/; do
  target=$(basename "$folder")
  [ -n "${allowed[$target]+x}" ] || continue
  while IFS=: read -r file line statement; do
    module=$(sed -E 's/^(@[A-Za-z_()]+ )*((public|package|internal|private|fileprivate) )?import ((struct|class|enum|func|protocol|typealias|var|let) )?([A-Za-z0-9_]+).*/\6/' <<<"$statement")
    case " ${allowed[$target]} $everywhere " in
      *" $module "*) ;;
      *) echo "$file:$line: $target must not import $module"; failed=1 ;;
    esac
  done < <(grep -rnE '^(@[A-Za-z_()]+ )*((public|package|internal|private|fileprivate) )?import ' "$folder" --include='*.swift')
done
exit "$failed"
