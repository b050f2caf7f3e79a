#!/bin/sh
# Starts the server with the configuration of the ConfigMap and the values of this pod. It always starts as a replica without a master.
# env: SERVER_BIN CONFIG_DIR RUN_DIR POD_NAME WORKLOAD ANNOUNCE_PREFIX PASSWORD_FILE (not set without a password) ALLOW_FLUSH
#      OWNER_NAMESPACE (the pod's, where data is in a folder of the node; else not set)
#      MODULES_DIR (directory whose modules are loaded; not set without modules) SKIP_DATA_CHECK (see check-data.sh)
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"

end_on TERM
check_names
config=$RUN_DIR/redis.conf
# what the server announced before its container ended; it writes the value back with or without quotes
former=$(sed -n 's/^replica-announce-ip "\{0,1\}\([^" ]*\).*/\1/p' "$config" 2>/dev/null | tail -n 1)
resolve "$ANNOUNCE_PREFIX-${POD_NAME##*-}" "$former"
if [ -n "${PASSWORD_FILE:-}" ]; then await_password "$PASSWORD_FILE" default; fi

# The server and Sentinel rewrite this file, and it holds the password: it lives in memory, for this user alone.
umask 077
{
  cat "$CONFIG_DIR/redis.conf"
  printf 'replica-announce-ip %s\n' "$address"
  rules='~* &* +@all'
  [ "$ALLOW_FLUSH" = true ] || rules="$rules -flushall -flushdb"
  if [ -n "${PASSWORD_FILE:-}" ]; then
    printf 'masterauth %s\n' "$(quoted "$(cat "$PASSWORD_FILE")")"
    printf 'user default on sanitize-payload %s%s\n' "$(accepted "$PASSWORD_FILE")" "$rules"
  else
    printf 'user default on nopass sanitize-payload %s\n' "$rules"
  fi
  if [ -n "${MODULES_DIR:-}" ]; then modules "$MODULES_DIR"; fi
} >"$config"

await_key "$(directive tls-key-file)"
# the agent gives the server another one when it is configured
directive min-replicas-to-write >"$RUN_DIR/min-replicas"

dir=$(directive dir)
if [ -n "${OWNER_NAMESPACE:-}" ]; then sh "$CONFIG_DIR/own-folder.sh" "$dir" "$OWNER_NAMESPACE/$POD_NAME"; fi

# Alive, however long that takes: see probe-server.sh.
: >"$RUN_DIR/preparing"
if [ -e "$RUN_DIR/rebuild" ]; then sh "$CONFIG_DIR/drop-data.sh" "$config"; fi
attend sh "$CONFIG_DIR/check-data.sh" "$config"

# What a server that was killed had not written to its end: copies of the master's data, snapshots, logs. Each is as large as the data, and no server removes them.
if [ -d "$dir" ]; then find "$dir" -mindepth 1 -maxdepth 1 -type f \( -name 'temp-[0-9]*.rdb' -o -name 'temp-rewriteaof-*.aof' \) -exec rm -f {} +; fi

if [ -e "$RUN_DIR/starting" ]; then attend sh "$CONFIG_DIR/repair-data.sh" "$config"; fi
attend sh "$CONFIG_DIR/convert-data.sh" "$config"
# Until the liveness probe hears that the data is loaded. If it is still there at the next start, the server ended before: the data is looked at then.
: >"$RUN_DIR/starting"
# Where nothing is kept, what is loaded now must not come back when it is old: probe-server.sh removes it.
rm -f "$RUN_DIR/loaded"
if [ -f "$dir/dump.rdb" ] && [ "$(directive appendonly)$(directive save)$(directive rdb-del-sync-files)" = 'no""yes' ]; then printf '%s\n' "$dir/dump.rdb" >"$RUN_DIR/loaded"; fi

# A request to stop, its answer, and what a hand-over took away, were those of the previous server.
rm -f "$RUN_DIR/stop-requested" "$RUN_DIR/stop-answered" "$RUN_DIR/handing-over" "$RUN_DIR/preparing"

log "starting $SERVER_BIN as a standby, announcing $address"
exec "$SERVER_BIN" "$config"
