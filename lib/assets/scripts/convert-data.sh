#!/bin/sh
# Brings the data on the volume into the form that the configuration asks for: a server passes over the other one, and begins empty.
# usage: convert-data.sh CONFIG. env: SERVER_BIN CLI_BIN CONFIG_DIR RUN_DIR PASSWORD_FILE (not set without a password) START_OVER_SECONDS (see start-over.sh)
#      SKIP_DATA_CHECK (true: start although data is not read)
# exit code: 65 (EX_DATAERR) if the data can't be loaded
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"
# shellcheck source=lib/assets/scripts/snapshot-files.sh
. "$CONFIG_DIR/snapshot-files.sh"

end_on TERM
data_of "$1" convert-data

# The first start over data from elsewhere under names that no server reads. Prints the first one.
unread_data() {
  [ ! -f "$dir/redis-ha-record.json" ] && [ ! -f "$manifest" ] && [ ! -f "$dir/dump.rdb" ] && [ ! -f "$dir/appendonly.aof" ] || return 0
  find "$dir" -type f \( -name '*.rdb*' -o -name '*.aof' -o -name '*.aof.manifest' \) ! -name 'temp-*' ! -path "$aof/*" ! -path '*/unusable-*' ! -path '*.former/*' -size +0 2>/dev/null | head -n 1
}

# A copy of the master's data that was not in the log yet when the server was killed: the log is that of before, and the record may be that of the copy.
drop_copy() {
  [ -f "$aof/temp-appendonly.aof.incr" ] || return 0
  if [ -n "$(recorded offset)" ]; then lower_record 0; fi
  rm -f "$aof/temp-appendonly.aof.incr"
  log "WARNING: the server was killed before a copy of the master's data was in its log: that begins with what it had before, which counts for less"
}

# An append-only log where no log is kept: a server would not see it. One that does writes it as a snapshot.
export_log() {
  [ "$(directive appendonly)" = no ] || return 0
  [ -f "$manifest" ] || [ -s "$dir/appendonly.aof" ] || return 0
  log "writing the append-only log as a snapshot, as no log is kept any more"
  mkdir -p "$probe"
  # one that could not be put in its place needs the room
  rm -f "$dir/export.rdb"
  if [ -n "${PASSWORD_FILE:-}" ]; then REDISCLI_AUTH=$(cat "$PASSWORD_FILE"); export REDISCLI_AUTH; fi
  ask() { "$CLI_BIN" -s "$probe/socket" "$@" 2>&1; }
  # a build without TLS knows no such port
  if grep -q '^tls-port ' "$config"; then set -- --tls-port 0; else set --; fi
  "$SERVER_BIN" "$config" --port 0 "$@" --unixsocket "$probe/socket" --appendonly yes --dbfilename export.rdb --save '' >"$probe/log" 2>&1 &
  server=$!
  until case $(ask PING) in *PONG*) true ;; *) ! kill -0 "$server" 2>/dev/null ;; esac; do sleep 0.2; done
  attend ask SAVE >"$probe/saved" || true
  if [ "$(cat "$probe/saved")" = OK ]; then
    ask SHUTDOWN NOSAVE >/dev/null || true
    wait "$server" || true
    server=
    (
      # The snapshot says nothing of the stream that its data is of: among servers that all come from a log, the master's counts.
      if [ -n "$(recorded offset)" ]; then lower_record 0 "$(recorded master)"; fi
      if [ -f "$dir/dump.rdb" ]; then
        mv "$dir/dump.rdb" "$dir/dump.rdb.former"
        log "WARNING: $dir/dump.rdb lay beside the log: it is not loaded, and kept in $dir/dump.rdb.former"
      fi
      mv "$dir/export.rdb" "$dir/dump.rdb"
      rm -rf "$aof.former"
      mv "$aof" "$aof.former"
    )
    log "the snapshot is written; the log is kept in $aof.former"
  else
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
    start_over "$manifest can't be loaded: $(tail -n 1 "$probe/log")"
  fi
}

server=
trap '[ -z "$server" ] || kill -KILL "$server" 2>/dev/null || true; rm -rf "$probe"' EXIT
if [ -f "$manifest" ] && ! whole_manifest; then start_over "$broken"; fi
if unlisted_log; then start_over "$aof has a log and no manifest, and a server would begin empty"; fi
unread=$(unread_data)
if [ -n "$unread" ] && [ "${SKIP_DATA_CHECK:-}" != true ]; then
  log "REFUSED: a server would begin empty beside $unread. Nothing was changed: name a snapshot dump.rdb, a log appendonly.aof or appendonlydir," \
    "or move it away. SKIP_DATA_CHECK=true in server.pod.env starts anyway."
  exit 65
fi
drop_copy
judge_log
import
export_log
keep_brought
