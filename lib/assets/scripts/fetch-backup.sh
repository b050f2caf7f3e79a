#!/bin/sh
# Fetches a backup from a repository of restic, whole or not at all.
# usage: fetch-backup.sh [OPTION of restic]…
# env: that of restic.sh but for SNAPSHOT_HOST, and CONFIG_DIR DUMP_DIR DUMP_FILE (its path in the backup) SNAPSHOT (an id, or "latest")
#      SNAPSHOT_NAMESPACE and SNAPSHOT_INSTALLATION (whose latest)
# writes: DUMP_DIR/dump.rdb
# exit code: 69 there is no such backup, 77 wrong password, 74 it can't be reached or read whole
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/restic.sh
. "$CONFIG_DIR/restic.sh"
# its members only: it holds all data
umask 027

if [ -e "$DUMP_DIR/not-needed" ] || [ -e "$DUMP_DIR/dump.rdb" ]; then exit 0; fi

# Without a lock: who may only read can restore, and one that was left behind keeps nobody from it.
if [ "$SNAPSHOT" = latest ]; then
  SNAPSHOT_HOST=$SNAPSHOT_NAMESPACE/$SNAPSHOT_INSTALLATION
  find_backup "backup of $SNAPSHOT_HOST" --no-lock --host "$SNAPSHOT_HOST" --path "$DUMP_FILE"
else
  find_backup "backup $SNAPSHOT" --no-lock "$SNAPSHOT"
fi
log "fetching the backup $id of $(printf '%s\n' "$said" | sed -n 's/.*"time":"\([^".]*\).*/\1/p')"
fetch "$DUMP_FILE" --no-lock
