#!/bin/sh
# Before anything is fetched for a restore: an installation that has a master lives, and is left alone.
# env: DUMP_DIR, and those of installation-master.sh
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/installation-master.sh
. "$CONFIG_DIR/installation-master.sh"

rm -f "$DUMP_DIR/not-needed"
find_master || exit 0
log "NOT RESTORED: the installation has a master, $master, and a restore is only how one begins: its data stays as it is." \
  "docs/how-to/restore.md says how to put a backup in the place of data that lives, and how to copy single keys."
: >"$DUMP_DIR/not-needed"
