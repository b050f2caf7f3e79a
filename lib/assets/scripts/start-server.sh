#!/bin/sh
# Starts the server: its configuration is the ConfigMap's, plus what only this pod knows. Always boots as a standby.
# env: SERVER_BIN CONFIG_DIR RUN_DIR POD_NAME ANNOUNCE_PREFIX PASSWORD_FILE (not set without a password) ALLOW_FLUSH
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

config=$RUN_DIR/redis.conf
address=$(resolve "$ANNOUNCE_PREFIX-${POD_NAME##*-}")

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
} >"$config"

# A request to stop, and its answer, were those of the server before.
rm -f "$RUN_DIR/stop-requested" "$RUN_DIR/stop-answered"

log "starting $SERVER_BIN as standby, announcing $address"
exec "$SERVER_BIN" "$config"
