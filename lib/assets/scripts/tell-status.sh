#!/bin/sh
# What a container knows of itself, once for each line on standard input; `cdk8s-redis-ha status` runs it by `kubectl exec`, and reads what it prints.
# usage: sh -c THIS tell-status.sh server|sentinel|proxy. Each part begins with a line "--- NAME", and the whole ends with "--- end". It holds no password.
# env: CLI_BIN RUN_DIR CONFIG_DIR PASSWORD_FILE (not set without a password); for a Sentinel MASTER_NAME
set -u

part() { printf '\n--- %s\n' "$1"; }

# By the Unix socket: it answers whatever becomes of certificates. A server that is frozen must not keep whoever asks.
ask() { timeout 3 "$CLI_BIN" -s "$RUN_DIR/$socket" "$@" 2>&1 </dev/null; }

# For a path that the cluster may not have: an older installation, another program of the image.
show() { cat "$1" 2>/dev/null; }

server() {
  socket=server.sock
  part info; ask INFO
  part config; printf 'CONFIG GET %s\n' 'min-replicas-*' stop-writes-on-bgsave-error save | timeout 3 "$CLI_BIN" -s "$RUN_DIR/$socket" 2>&1
  part members; show "$CONFIG_DIR/members.json"
  part agent; show "$RUN_DIR/status.json"
  part agent-age; told=$(stat -c %Y "$RUN_DIR/status.json" 2>/dev/null) && echo $(($(date +%s) - told))
  part disk; df -Pk /data 2>/dev/null | tail -n 1
}

sentinel() {
  socket=sentinel.sock
  part info; ask INFO
  part address; ask SENTINEL GET-MASTER-ADDR-BY-NAME "$MASTER_NAME"
  part master; ask SENTINEL MASTER "$MASTER_NAME"
  part replicas; ask SENTINEL REPLICAS "$MASTER_NAME"
  part sentinels; ask SENTINEL SENTINELS "$MASTER_NAME"
}

while read -r _; do
  # read anew each time: it may have been replaced
  if [ -n "${PASSWORD_FILE:-}" ]; then
    REDISCLI_AUTH=$(show "$PASSWORD_FILE")
    export REDISCLI_AUTH
  fi
  case $1 in
    server) server ;;
    sentinel) sentinel ;;
  esac
  part certificate; show /etc/redis-ha-tls/tls.crt
  part end
done
