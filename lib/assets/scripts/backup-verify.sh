#!/bin/sh
# Loads a backup into a server of its own, and counts its keys: the second step of a verification.
# env: CLI_BIN SERVER_BIN CONFIG_DIR RUN_DIR DUMP_DIR MODULES_DIR (whose modules are loaded, if it is there)
# exit code: 65 the backup is damaged, can't be loaded, or has another number of keys than were counted when it was taken
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"
# shellcheck source=lib/assets/scripts/restored-data.sh
. "$CONFIG_DIR/restored-data.sh"
probe=$RUN_DIR/tools

fail() { log "FAILED: $*"; exit 65; }

expected=$(sed -n 's/^keys=//p' "$DUMP_DIR/tags")
[ -n "$expected" ] || fail "the backup does not say how many keys it has"
checked=$("$(tool redis-check-rdb)" "$DUMP_DIR/dump.rdb" 2>&1) || fail "the backup is damaged: $(damage "$checked")"

# One more than the last one that it has keys in, and as many as there are by default
databases=$(printf '%s\n' "$checked" | sed -n 's/.*Selecting DB ID \([0-9]*\)$/\1/p' | sort -n | tail -n 1)
databases=$((${databases:-0} + 1))
[ "$databases" -ge 16 ] || databases=16

# A replica, though of nobody: a master would drop keys that have expired since, and the numbers would differ.
{
  printf 'port 0\nunixsocket "%s"\ndir "%s"\ndbfilename dump.rdb\nappendonly no\nsave ""\nreplicaof 127.0.0.1 1\n' "$RUN_DIR/server.sock" "$DUMP_DIR"
  printf 'databases %s\n' "$databases"
  if [ -d "${MODULES_DIR:-}" ]; then modules "$MODULES_DIR"; fi
} | "$SERVER_BIN" - >"$RUN_DIR/server.log" 2>&1 &
server=$!
trap 'kill -KILL "$server" 2>/dev/null || true' EXIT

until loaded "$(ask INFO persistence)"; do
  kill -0 "$server" 2>/dev/null || fail "the backup can't be loaded: $(why_ended)"
  sleep 0.2
done

counted=$(keys)
[ "$counted" = "$expected" ] || fail "the backup has $counted keys, and $expected were counted when it was taken"
log "verified: $counted keys were loaded, as many as were counted when the backup was taken"
