#!/bin/sh
# Brings the data on the volume into the form that the configuration asks for: a server passes over the other one, and begins empty.
# usage: convert-data.sh CONFIG. env: SERVER_BIN CLI_BIN CONFIG_DIR RUN_DIR PASSWORD_FILE (not set without a password) START_OVER_SECONDS (see start-over.sh)
# exit code: 65 (EX_DATAERR) if the data can't be loaded
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

config=$1
dir=$(directive dir)
aof=$dir/appendonlydir
manifest=$aof/appendonly.aof.manifest
probe=$RUN_DIR/convert-data

# A snapshot where an append-only log is to be: it becomes the base of the log, which a server would else begin empty.
import() {
  [ "$(directive appendonly)" = yes ] && [ -f "$dir/dump.rdb" ] || return 0
  if [ -f "$manifest" ]; then
    [ -z "$(find "$dir/dump.rdb" -newer "$manifest" -newer "$aof/$(log_files i | tail -n 1)")" ] ||
      log "WARNING: $dir/dump.rdb is newer than the append-only log, and is not loaded: docs/operations.md says how to put data into an installation"
    return 0
  fi
  mkdir -p "$aof"
  ln "$dir/dump.rdb" "$aof/appendonly.aof.1.base.rdb" 2>/dev/null || cp "$dir/dump.rdb" "$aof/appendonly.aof.1.base.rdb"
  # last, and at once: without it there is no log
  printf 'file appendonly.aof.1.base.rdb seq 1 type b\n' >"$manifest.new"
  mv "$manifest.new" "$manifest"
  log "the append-only log begins with the data of $dir/dump.rdb"
}

# An append-only log where no log is kept: a server would not see it. One that does writes it as a snapshot.
export_log() {
  [ "$(directive appendonly)" = no ] && [ -f "$manifest" ] || return 0
  log "writing the append-only log as a snapshot, as no log is kept any more"
  mkdir -p "$probe"
  if [ -n "${PASSWORD_FILE:-}" ]; then REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); export REDISCLI_AUTH; fi
  ask() { "$CLI_BIN" -s "$probe/socket" "$@" 2>&1; }
  if grep -q '^tls-port ' "$config"; then set -- --tls-port 0; else set --; fi
  "$SERVER_BIN" "$config" --port 0 "$@" --unixsocket "$probe/socket" --appendonly yes --save '' >"$probe/log" 2>&1 &
  server=$!
  until case $(ask PING) in *PONG*) true ;; *) ! kill -0 "$server" 2>/dev/null ;; esac; do sleep 0.2; done
  if [ "$(ask SAVE)" = OK ]; then
    ask SHUTDOWN NOSAVE >/dev/null || true
    wait "$server" || true
    rm -rf "$aof.former"
    mv "$aof" "$aof.former"
    log "the snapshot is written; the log is kept in $aof.former"
  else
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    sh "$CONFIG_DIR/start-over.sh" "$dir" "$manifest can't be loaded: $(tail -n 1 "$probe/log")"
  fi
}

trap 'rm -rf "$probe"' EXIT
import
export_log
