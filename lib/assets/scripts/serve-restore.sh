#!/bin/sh
# Offers restored data to an installation that begins with it: a throw-away server has it, from which the first server of the installation copies. Ends
# once there is a master with a replica in sync.
# env: those of restored-data.sh and installation-master.sh. CONFIG_DIR/replicas says how many servers the installation has.
# exit code: 65 (EX_DATAERR) if the data can't be loaded
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

end_on TERM
if [ -e "$DUMP_DIR/not-needed" ]; then exit 0; fi
if [ -n "${PASSWORD_FILE:-}" ]; then await_password "$PASSWORD_FILE" default; fi

# The data is in two places, or in the only one that there is.
is_done() { find_master && { [ "$(cat "$CONFIG_DIR/replicas")" = 1 ] || printf '%s\n' "$replication" | grep -q '^slave[0-9]*:.*state=online'; }; }

# Whether servers can't get in any more: the password is none of those that were accepted when the data was loaded, and no server copies it now.
locked_out() {
  if [ -z "${PASSWORD_FILE:-}" ]; then return 1; fi
  hash=$(accepted "$PASSWORD_FILE")
  case $accepted in *"${hash%% *}"*) return 1 ;; esac
  [ "$(field connected_slaves "$(ask INFO replication)")" = 0 ]
}

# Also where the data can't be loaded: with that of another Job the installation may have begun meanwhile.
if ! is_done; then
  # What a replica needs, and we.
  load_data '-@all +ping +psync +sync +replconf +info'
  log "offering the data to the installation, which copies it before it chooses its first master"
  until is_done; do
    kill -0 "$server" 2>/dev/null || { log "$SERVER_BIN ended: $(tail -n 1 "$RUN_DIR/server.log")"; exit 1; }
    if locked_out; then
      log "the password was changed: starting anew with the new one"
      stop_server
      exec sh "$0"
    fi
    sleep 2
  done
fi
log "done: the installation has a master, $master"
stop_server
rm -f "$DUMP_DIR/dump.rdb"
