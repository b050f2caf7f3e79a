#!/bin/sh
# Copies keys of restored data into a running installation: a throw-away server has the data, and sends the keys that match to the master.
# env: PATTERN REPLACE (true: keys that are there are overwritten; otherwise they stay) DATABASES (like "0 3"; not set for all)
#      REDIS_HOST and REDIS_PORT, or without a proxy REDIS_SENTINELS and REDIS_MASTER_NAME; REDIS_PASSWORD (not set without a password)
#      TLS_DIR (not set without TLS) REDIS_CA_FILE (not set for TLS_DIR/ca.crt), and those of restored-data.sh (MODULES_DIR: if it is there)
# exit code: 65 (EX_DATAERR) if the data can't be loaded, 74 (EX_IOERR) if a key could not be copied: all others are, unless they would not be either
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

# Why nothing may be sent to a database; nothing where something may. MIGRATE would write what is for one that there is none of into database 0.
forbidden() {
  [ "$1" != 0 ] || return 0
  if [ -n "${REDIS_PASSWORD:-}" ]; then REDISCLI_AUTH=$REDIS_PASSWORD; export REDISCLI_AUTH; fi
  answer=$(ask_member "$master" "$master_port" SELECT "$1") || true
  case $answer in
    OK) ;;
    *'out of range'*) printf %s "the installation has no such database, for which server.directives would need 'databases $(($1 + 1))'" ;;
    *) printf %s "the master did not say whether it has that database: ${answer:-no answer}" ;;
  esac
}

failed=0
silent=0
for database in ${DATABASES:-$(ask INFO keyspace | tr -d '\r' | sed -n 's/^db\([0-9]*\):.*/\1/p')}; do
  cursor=0
  looks=0
  forbidden=$(forbidden "$database")
  while :; do
    answer=$(call "$database" "EVALSHA $sha 0 $cursor $(quoted "$PATTERN") $(quoted "$master") $master_port $database ${REPLACE:-false} $(quoted "${REDIS_PASSWORD:-}") $(quoted "$forbidden") $silent")
    # five numbers: the script says which; then why it stops, and keys that could not be sent
    if ! printf '%s\n' "$answer" | awk 'NR <= 5 && !/^[0-9]+$/ { bad = 1 } END { exit bad || NR < 5 }'; then
      give_up "$(printf '%s\n' "$answer" | head -n 1 | sed 's/^(error) //')"
    fi
    # shellcheck disable=SC2046 # five numbers
    set -- $(printf '%s\n' "$answer" | head -n 5)
    cursor=$1
    copied=$((copied + $2))
    kept=$((kept + $3))
    silent=$5
    stops=$(printf '%s\n' "$answer" | sed -n 6p)
    [ -z "$stops" ] || give_up "$stops"
    # some are enough to see what is wrong
    if [ "$4" -gt 0 ] && [ "$failed" -lt 20 ]; then printf '%s\n' "$answer" | sed 1,6d | while IFS= read -r line; do log "could not copy $line"; done; fi
    failed=$((failed + $4))
    [ "$cursor" != 0 ] || break
    looks=$((looks + 1))
    if [ $((looks % 50)) -eq 0 ]; then log "$copied keys so far"; fi
  done
done
[ "$failed" = 0 ] || give_up "$failed could not be copied, of which some are named above; the others that match were"
log "done: copied $copied keys$(if [ "${REPLACE:-false}" != true ]; then printf %s ", and left $kept that were there as they are"; fi)"
stop_server
