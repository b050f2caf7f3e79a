#!/bin/sh
# Functions that find the master of an installation from beside it. Sourced after common.sh, not run.
# env: CLI_BIN SENTINEL_SERVICE SENTINEL_PORT MASTER_NAME PASSWORD_FILE (not set without a password, or where REDISCLI_AUTH has it)
#      TLS_DIR (not set without TLS) REDIS_CA_FILE (not set for TLS_DIR/ca.crt)

# Asks a server or a Sentinel. usage: ask_member HOST PORT COMMAND...
ask_member() {
  member_host=$1
  member_port=$2
  shift 2
  if [ -n "${PASSWORD_FILE:-}" ]; then REDISCLI_AUTH=$(cat "$PASSWORD_FILE" 2>/dev/null) || true; export REDISCLI_AUTH; fi
  # a build without TLS knows no such options
  if [ -n "${TLS_DIR:-}" ]; then set -- --tls --cacert "${REDIS_CA_FILE:-$TLS_DIR/ca.crt}" --cert "$TLS_DIR/tls.crt" --key "$TLS_DIR/tls.key" "$@"; fi
  timeout 3 "$CLI_BIN" -h "$member_host" -p "$member_port" "$@" 2>/dev/null </dev/null
}

# Whether the server that a Sentinel names is a master: its address is in "$master" and "$master_port", and what it says of its replication in "$replication".
find_master() {
  sentinel=$(lookup "$SENTINEL_SERVICE") || true
  [ -n "$sentinel" ] || return 1
  named=$(ask_member "$sentinel" "$SENTINEL_PORT" SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_NAME") || return 1
  master=$(printf '%s\n' "$named" | head -n 1)
  master_port=$(printf '%s\n' "$named" | sed -n 2p)
  case $master_port in '' | *[!0-9]*) return 1 ;; esac
  replication=$(ask_member "$master" "$master_port" INFO replication) || return 1
  replication=$(printf '%s\n' "$replication" | tr -d '\r')
  case $replication in *role:master*) ;; *) return 1 ;; esac
}
