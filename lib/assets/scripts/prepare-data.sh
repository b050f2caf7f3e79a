#!/bin/sh
# Makes the data on the volume what the server will load: in the form that the configuration asks for, and without a tail that a power loss left behind.
# What is broken otherwise is never touched: it stays, and the server does not start, unless its agent finds another server that is the master.
# usage: prepare-data.sh CONFIG. env: SERVER_BIN CLI_BIN CONFIG_DIR RUN_DIR PASSWORD_FILE (not set without a password)
#        START_OVER_SECONDS (how long to wait for the agent; default 30)
# exit code: 65 (EX_DATAERR) if the data can't be loaded
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

config=$1
dir=$(directive dir)
aof=$dir/appendonlydir
manifest=$aof/appendonly.aof.manifest
probe=$RUN_DIR/prepare-data
# So many bytes at the end may be lost, beside zeros, which were never written: what was not on the disk yet.
most=4194304

# The programs that check files are the server's own, under another name.
tool() {
  mkdir -p "$probe"
  ln -sf "$(command -v "$SERVER_BIN")" "$probe/$1"
  printf %s "$probe/$1"
}

# Files of the append-only log, in the order in which they are loaded. usage: files TYPE (b, i)
files() { awk -v type="$1" '{ for (i = 1; i < NF; i++) if ($i == "type" && $(i + 1) == type) print $2 }' "$manifest"; }

# Waits for the agent's word to go on without this data; it is kept beside.
start_over() {
  log "UNUSABLE: $1. Nothing was changed. Waiting for a master to copy from; without one, docs/operations.md says what to do."
  rm -f "$RUN_DIR/start-over"
  printf '%s\n' "$1" >"$RUN_DIR/unusable-data"
  tries=$((${START_OVER_SECONDS:-30} * 5))
  while [ ! -e "$RUN_DIR/start-over" ]; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then rm -rf "$probe"; exit 65; fi
    sleep 0.2
  done
  rm -rf "$RUN_DIR/start-over" "$RUN_DIR/unusable-data" "$dir"/unusable-*
  kept=$dir/unusable-$(date -u +%Y%m%dT%H%M%SZ)
  mkdir "$kept"
  for entry in "$dir"/* ; do
    case $entry in "$kept" | */lost+found) ;; *) mv "$entry" "$kept/" ;; esac
  done
  log "starting over from the master; the data that can't be loaded is kept in $kept until the next time"
}

# Cuts what a power loss left at the end of the last file, if it is no more than that. usage: cut_tail FILE REPORT; false if it is more
cut_tail() {
  good=$(printf '%s\n' "$2" | sed -n 's/.*ok_up_to=\([0-9]*\),.*/\1/p' | tail -n 1)
  [ -n "$good" ] || return 1
  bad=$(($(wc -c <"$1") - good))
  if [ "$bad" -gt "$most" ] && [ -n "$(tail -c "$bad" "$1" | tr -d '\000' | head -c 1)" ]; then return 1; fi
  yes | "$(tool redis-check-aof)" --fix "$1" >/dev/null 2>&1 || return 1
  log "REPAIRED: $bad bytes at the end of $1 were no commands, as after a power loss, and were cut off"
}

# Looks for what is broken. A server that has loaded its data once since the start of this pod has none of it.
check() {
  if [ "$(directive appendonly)" != yes ]; then
    [ -f "$dir/dump.rdb" ] || return 0
    "$(tool redis-check-rdb)" "$dir/dump.rdb" >/dev/null 2>&1 || start_over "$dir/dump.rdb is broken"
    return
  fi
  [ -f "$manifest" ] || return 0
  last=$(files i | tail -n 1)
  for file in $(files b) $(files i); do
    # a snapshot, or commands
    case $(head -c 6 "$aof/$file" | LC_ALL=C tr -cd '[:upper:]') in
      REDIS* | VALKEY) "$(tool redis-check-rdb)" "$aof/$file" >/dev/null 2>&1 && continue ;;
      *)
        report=$("$(tool redis-check-aof)" "$aof/$file" 2>&1) && continue
        if [ "$file" = "$last" ] && cut_tail "$aof/$file" "$report"; then continue; fi
        ;;
    esac
    start_over "$aof/$file is broken"
    return
  done
}

# A snapshot where an append-only log is to be: it becomes the base of the log, which a server would else begin empty.
import() {
  [ "$(directive appendonly)" = yes ] && [ -f "$dir/dump.rdb" ] || return 0
  if [ -f "$manifest" ]; then
    [ -z "$(find "$dir/dump.rdb" -newer "$manifest" -newer "$aof/$(files i | tail -n 1)")" ] ||
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
    start_over "$manifest can't be loaded: $(tail -n 1 "$probe/log")"
  fi
}

if [ -e "$RUN_DIR/starting" ]; then check; fi
import
export_log
rm -rf "$probe"
