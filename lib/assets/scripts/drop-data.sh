#!/bin/sh
# Drops the data of a server that somebody asked to start over from the master: its agent has seen that one, and another replica, when it ended the server.
# usage: drop-data.sh CONFIG. env: CONFIG_DIR RUN_DIR
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"

data_of "$1" drop-data
log "dropping the data in $dir: the server starts over from the master, as it was asked to"
find "$dir" -mindepth 1 -maxdepth 1 ! -name lost+found ! -name .redis-ha-owner -exec rm -rf {} +
# last: what was interrupted is done again
rm -f "$RUN_DIR/rebuild"
