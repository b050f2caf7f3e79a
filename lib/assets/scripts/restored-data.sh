#!/bin/sh
# Functions for a throw-away server over data that is restored. Sourced after common.sh and data-files.sh, and for load_data place-data.sh; not run.
# env: SERVER_BIN CLI_BIN CONFIG_DIR RUN_DIR PASSWORD_FILE (not set without a password)
#      MODULES_DIR (directory whose modules are loaded; not set without modules), and those of place-data.sh
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

# Starts the throw-away server and waits until it has loaded everything. Further lines of its configuration are in "$more".
# usage: load_data RULES (what "default" may do, as ACL rules)
load_data() {
  place_data
  umask 077
  {
    cat "$CONFIG_DIR/redis.conf"
    if [ -n "${MODULES_DIR:-}" ]; then modules "$MODULES_DIR"; fi
    # more than anybody has: of a log, keys of a database that it does not know would get into another one
    printf 'dir %s\ndbfilename dump.rdb\nappendonly %s\ndatabases 10000\n%s\n' "$data" "$form" "${more:-}"
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
  fits_databases
  log "loaded: $(keys) keys"
}

# A server that copies keys of a database that it does not have would end, again and again.
fits_databases() {
  # shellcheck disable=SC2034 # directive reads it
  most=$(config=$CONFIG_DIR/redis.conf && directive databases)
  highest=$(ask INFO keyspace | tr -d '\r' | sed -n 's/^db\([0-9]*\):.*/\1/p' | sort -n | tail -n 1)
  if [ -n "$most" ] && [ "${highest:-0}" -ge "$most" ]; then
    stop_server
    refuse "the data has keys in database $highest, and the installation has $most databases, from 0 on: server.directives may say 'databases $((highest + 1))'"
  fi
}

# The first line in which the throw-away server says what is wrong; otherwise its last one.
why_ended() {
  said=$(sed -n 's/^[0-9]*:[A-Z] [^#]* # //p' "$RUN_DIR/server.log" | grep -iE "wrong|short read|unexpected|bad file|can't|unknown|aborting|error" | head -n 1)
  module=$(printf %s "$said" | sed -n "s/.*no matching module[^']*'\([^']*\)'.*/\1/p")
  if [ -n "$module" ]; then
    printf %s "it has data of the module type $module, and no module that is loaded here knows that: docs/how-to/backup.md says how to load yours"
  elif [ -n "$said" ]; then printf %s "$said"; else grep . "$RUN_DIR/server.log" | tail -n 1; fi
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
