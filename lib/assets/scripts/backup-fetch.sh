#!/bin/sh
# Brings the newest one of its backups out of the repository: the first step of a verification.
# usage: backup-fetch.sh [OPTION of restic]…
# env: that of restic.sh, and CONFIG_DIR DUMP_DIR BACKUP_NAME
# writes: DUMP_DIR/dump.rdb, DUMP_DIR/tags (a line each)
# exit code: 69 there is no backup, 77 wrong password, 75 others use the repository, 74 it can't be reached or read
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/restic.sh
. "$CONFIG_DIR/restic.sh"
umask 027

find_backup "backup of $SNAPSHOT_HOST by $BACKUP_NAME" --host "$SNAPSHOT_HOST" --tag "backup=$BACKUP_NAME"
printf '%s\n' "$said" | sed -n 's/.*"tags":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr , '\n' >"$DUMP_DIR/tags"
log "fetching the backup $id: $(tr '\n' ' ' <"$DUMP_DIR/tags")"
fetch "$DUMP_DIR/dump.rdb"
