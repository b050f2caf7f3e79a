#!/bin/sh
# Functions for a throw-away server over data that is restored. Sourced after common.sh, not run. What is given is only read.
# env: SERVER_BIN CLI_BIN CONFIG_DIR RUN_DIR PASSWORD_FILE (not set without a password)
#      DUMP_DIR (what is restored lies there while it is needed) SOURCE (file or folder of a volume; not set for a backup, which is DUMP_DIR/dump.rdb)
#      MODULES_DIR (directory whose modules are loaded; not set without modules)
#      RESTORE_UNTIL (seconds since 1970; not set for all that is there)
# exit code: 65 (EX_DATAERR) if the data can't be loaded
# shellcheck disable=SC2154 # aof, manifest and probe are those of data_of

data=$DUMP_DIR/data
server=

refuse() {
  log "REFUSED: $*. Nothing was changed."
  exit 65
}

# A command to the throw-away server.
ask() { "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@" 2>&1; }

# Brings the data to where the throw-away server loads it: a snapshot by a link, a log as a copy, since a server goes on writing it.
place_data() {
  rm -rf "$data"
  mkdir -p "$data"
  given=${SOURCE:-$DUMP_DIR/dump.rdb}
  form=no # of "appendonly"
  if [ ! -e "$given" ]; then
    refuse "there is no ${given#/source/} in the volume"
  elif [ -f "$given" ]; then
    snapshot=$given
  elif [ -d "$given/appendonlydir" ]; then
    form=yes
    snapshot=
    log "copying the append-only log"
    cp -R "$given/appendonlydir" "$data/"
  elif [ -f "$given/appendonly.aof" ]; then
    form=yes
    snapshot=
    log "copying the append-only log"
    cp "$given/appendonly.aof" "$data/"
  else
    snapshot=$given/dump.rdb
    [ -f "$snapshot" ] || refuse "the folder has neither appendonlydir nor appendonly.aof nor dump.rdb"
  fi
  if [ -n "$snapshot" ]; then
    [ -s "$snapshot" ] || refuse "$snapshot is empty"
    ln -s "$snapshot" "$data/dump.rdb"
  fi
}

# Leaves out of the log what came after the time that is asked for. What was rewritten since then can't be told apart.
cut_log() {
  [ -n "${RESTORE_UNTIL:-}" ] || return 0
  [ -f "$manifest" ] || refuse "a time needs an append-only log of version 7 or newer, and there is none"
  for file in $(log_files i); do
    case $(head -c 4 "$aof/$file") in
      '#TS:' | '') ;;
      *) refuse "the log does not say when it was written: that needs aof-timestamp-enabled since it was last rewritten" ;;
    esac
  done
  # of several files all but the last one came before; Valkey's tool does not know its own snapshots, so it is not given the manifest
  report=$(yes | "$(tool redis-check-aof)" --truncate-to-timestamp "$RESTORE_UNTIL" "$aof/$file" 2>&1) ||
    refuse "the log can't be cut at $(at "$RESTORE_UNTIL"): $(printf '%s\n' "$report" | tail -n 1 | sed "s|$aof/||g")"
  log "of the log, what came after $(at "$RESTORE_UNTIL") is left out"
}

at() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }

# Starts the throw-away server and waits until it has loaded everything. Further lines of its configuration are in "$more".
# usage: load_data RULES (what "default" may do, as ACL rules)
load_data() {
  place_data
  umask 077
  {
    cat "$CONFIG_DIR/redis.conf"
    if [ -n "${MODULES_DIR:-}" ]; then modules "$MODULES_DIR"; fi
    printf 'dir %s\nappendonly %s\n%s\n' "$data" "$form" "${more:-}"
    if [ -n "${PASSWORD_FILE:-}" ]; then accepted=$(accepted "$PASSWORD_FILE"); else accepted='nopass '; fi
    printf 'user default on %s%s\n' "$accepted" "$1"
  } >"$RUN_DIR/redis.conf"
  data_of "$RUN_DIR/redis.conf" restored-data
  sh "$CONFIG_DIR/check-data.sh" "$RUN_DIR/redis.conf"
  cut_log
  if [ -n "${PASSWORD_FILE:-}" ]; then REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); export REDISCLI_AUTH; fi
  rm -f "$RUN_DIR/server.sock"
  "$SERVER_BIN" "$RUN_DIR/redis.conf" >"$RUN_DIR/server.log" 2>&1 &
  server=$!
  trap 'stop_server; exit 143' TERM INT
  looks=0
  until state=$(ask INFO persistence) && loaded "$state"; do
    kill -0 "$server" 2>/dev/null || refuse "$SERVER_BIN can't load the data: $(why_ended)"
    looks=$((looks + 1))
    if [ $((looks % 50)) -eq 0 ]; then log "loading: $(field loading_loaded_perc "$state") %"; fi
    sleep 0.2
  done
  log "loaded: $(keys) keys"
}

# The first line in which the throw-away server says what is wrong; otherwise its last one.
why_ended() {
  said=$(sed -n 's/^[0-9]*:[A-Z] [^#]* # //p' "$RUN_DIR/server.log" | grep -iE "wrong|short read|unexpected|bad file|can't|unknown|aborting|error" | head -n 1)
  if [ -n "$said" ]; then printf %s "$said"; else tail -n 1 "$RUN_DIR/server.log"; fi
}

loaded() { [ "$(field loading "$1")" = 0 ]; }

# usage: field NAME TEXT, which is an answer to INFO
field() { printf '%s\n' "$2" | tr -d '\r' | sed -n "s/^$1://p"; }

keys() { ask INFO keyspace | tr -d '\r' | awk -F'[=,]' '/^db/ { sum += $2 } END { print sum + 0 }'; }

stop_server() {
  [ -n "$server" ] || return 0
  kill -KILL "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$data" "$probe"
}
