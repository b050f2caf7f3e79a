#!/bin/sh
# Copies keys of restored data into a running installation: a throw-away server has the data, and sends the keys that match to the master.
# env: PATTERN REPLACE (true: keys that are there are overwritten; otherwise they stay) DATABASES (like "0 3"; not set for all)
#      REDIS_HOST and REDIS_PORT, or without a proxy REDIS_SENTINELS and REDIS_MASTER_NAME; REDIS_PASSWORD (not set without a password)
#      TLS_DIR (not set without TLS) REDIS_CA_FILE (not set for TLS_DIR/ca.crt), and those of restored-data.sh (MODULES_DIR: if it is there)
# exit code: 65 (EX_DATAERR) if the data can't be loaded, 74 (EX_IOERR) if a key could not be copied
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"
# shellcheck source=lib/assets/scripts/place-data.sh
. "$CONFIG_DIR/place-data.sh"
# shellcheck source=lib/assets/scripts/restored-data.sh
. "$CONFIG_DIR/restored-data.sh"
# shellcheck source=lib/assets/scripts/installation-master.sh
. "$CONFIG_DIR/installation-master.sh"

# as the client that sends keys
if [ -n "${TLS_DIR:-}" ]; then
  more=$(printf 'tls-cluster yes\ntls-cert-file %s/tls.crt\ntls-key-file %s/tls.key\ntls-ca-cert-file %s' "$TLS_DIR" "$TLS_DIR" "${REDIS_CA_FILE:-$TLS_DIR/ca.crt}")
fi
[ -d "${MODULES_DIR:-}" ] || unset MODULES_DIR
load_data '~* &* +@all'

give_up() {
  log "FAILED after $copied keys: $*"
  stop_server
  exit 74
}

# Where keys are sent: the proxy leads to the master; without one a Sentinel names it.
find_target() {
  if [ -n "${REDIS_HOST:-}" ]; then
    resolve "$REDIS_HOST"
    master=$address
    # shellcheck disable=SC2153 # it is given
    master_port=$REDIS_PORT
    return
  fi
  MASTER_NAME=$REDIS_MASTER_NAME
  for each in $(printf %s "$REDIS_SENTINELS" | tr , ' '); do
    SENTINEL_SERVICE=${each%:*}
    SENTINEL_PORT=${each##*:}
    if find_master; then return; fi
  done
  give_up "no Sentinel names a master"
}

copied=0
kept=0
if [ -n "${REDIS_PASSWORD:-}" ]; then REDISCLI_AUTH=$REDIS_PASSWORD; export REDISCLI_AUTH; fi
find_target
unset REDISCLI_AUTH
# by standard input, as arguments can be read by everybody on the node
sha=$(ask -x SCRIPT LOAD <"$CONFIG_DIR/copy-keys.lua")

# A command of which some words may be of any bytes. usage: call DATABASE WORDS
call() { printf '%s\n' "$2" | "$CLI_BIN" -s "$RUN_DIR/server.sock" -n "$1" 2>&1; }

for database in ${DATABASES:-$(ask INFO keyspace | tr -d '\r' | sed -n 's/^db\([0-9]*\):.*/\1/p')}; do
  cursor=0
  looks=0
  while :; do
    answer=$(call "$database" "EVALSHA $sha 0 $cursor $(quoted "$PATTERN") $(quoted "$master") $master_port $database ${REPLACE:-false} $(quoted "${REDIS_PASSWORD:-}")")
    # the cursor, how many were copied, how many stayed as they are
    if ! printf '%s\n' "$answer" | awk 'NR <= 3 && !/^[0-9]+$/ { bad = 1 } END { exit bad || NR != 3 }'; then
      give_up "$(printf '%s\n' "$answer" | head -n 1 | sed 's/^(error) //')"
    fi
    # shellcheck disable=SC2086 # three numbers
    set -- $answer
    cursor=$1
    copied=$((copied + $2))
    kept=$((kept + $3))
    [ "$cursor" != 0 ] || break
    looks=$((looks + 1))
    if [ $((looks % 50)) -eq 0 ]; then log "$copied keys so far"; fi
  done
done
log "done: copied $copied keys$(if [ "${REPLACE:-false}" != true ]; then printf %s ", and left $kept that were there as they are"; fi)"
stop_server
