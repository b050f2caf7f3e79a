#!/bin/sh
# Offers restored data to an installation that begins with it: a throw-away server has it, from which the first server of the installation copies. Ends
# once there is a master with a replica in sync.
# env: REPLICAS (servers of the installation), and those of restored-data.sh and installation-master.sh
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
# What a replica needs, and we.
load_data '-@all +ping +psync +sync +replconf +info'
log "offering the data to the installation, which copies it before it chooses its first master"

# The data is in two places, or in the only one that there is.
is_safe() { [ "$REPLICAS" = 1 ] || printf '%s\n' "$replication" | grep -q '^slave[0-9]*:.*state=online'; }

until find_master && is_safe; do
  kill -0 "$server" 2>/dev/null || { log "$SERVER_BIN ended: $(tail -n 1 "$RUN_DIR/server.log")"; exit 1; }
  sleep 2
done
log "done: the installation has a master, $master"
stop_server
rm -f "$DUMP_DIR/dump.rdb"
