#!/bin/sh
# Loads a backup into a server of its own, and counts its keys: the second step of a verification.
# env: CLI_BIN SERVER_BIN CONFIG_DIR RUN_DIR DUMP_DIR MODULES_DIR (whose modules are loaded, if it is there)
# exit code: 65 the backup is damaged, can't be loaded, or has another number of keys than were counted when it was taken
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
probe=$RUN_DIR/tools
socket=$RUN_DIR/verify.sock
output=$RUN_DIR/verify.log

# What redis-check-rdb found.
damage() { printf '%s\n' "$1" | sed -n '/RDB ERROR DETECTED/{n;s/^\[offset [0-9]*\] //;p;}' | head -n 1; }
fail() { log "FAILED: $*"; exit 65; }
ask() { "$CLI_BIN" -s "$socket" "$@" 2>&1 | tr -d '\r'; }

expected=$(sed -n 's/^keys=//p' "$DUMP_DIR/tags")
[ -n "$expected" ] || fail "the backup does not say how many keys it has"
checked=$("$(tool redis-check-rdb)" "$DUMP_DIR/dump.rdb" 2>&1) || fail "the backup is damaged: $(damage "$checked")"

# A replica, though of nobody: a master would drop keys that have expired since, and the numbers would differ.
{
  printf 'port 0\nunixsocket "%s"\ndir "%s"\ndbfilename dump.rdb\nappendonly no\nsave ""\nreplicaof 127.0.0.1 1\n' "$socket" "$DUMP_DIR"
  for module in "${MODULES_DIR:-/nonexistent}"/*.so; do
    if [ -r "$module" ] && [ -x "$module" ]; then printf 'loadmodule "%s"\n' "$module"; fi
  done
} | "$SERVER_BIN" - >"$output" 2>&1 &
server=$!
trap 'kill -KILL "$server" 2>/dev/null || true' EXIT

# at the line's begin: there is an async_loading, too
until ask INFO persistence | grep -q '^loading:0'; do
  kill -0 "$server" 2>/dev/null || fail "the backup can't be loaded: $(grep -E '# |Fatal|error|Can.t|No space' "$output" | grep -v 'WARNING' | tail -n 1)"
  sleep 0.2
done

counted=$(ask INFO keyspace | sed -n 's/^db[0-9]*:keys=\([0-9]*\),.*/\1/p' | awk '{ sum += $1 } END { print sum + 0 }')
[ "$counted" = "$expected" ] || fail "the backup has $counted keys, and $expected were counted when it was taken"
log "verified: $counted keys were loaded, as many as were counted when the backup was taken"
