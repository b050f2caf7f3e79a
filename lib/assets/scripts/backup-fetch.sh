#!/bin/sh
# Brings the newest backup of the installation out of the repository: the first step of a verification.
# usage: backup-fetch.sh [OPTION of restic]…
# env: that of restic.sh, and CONFIG_DIR DUMP_DIR
# writes: DUMP_DIR/dump.rdb, DUMP_DIR/tags (a line each)
# exit code: 69 there is no backup, 77 wrong password, 75 others use the repository, 74 it can't be reached or read
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/restic.sh
. "$CONFIG_DIR/restic.sh"
umask 027

contact || give_up "$code" "the repository can't be opened" "$said"
patiently --quiet snapshots --host "$SNAPSHOT_HOST" --latest 1 --json || give_up "$code" "backups can't be listed" "$said"
snapshot=$(printf '%s\n' "$said" | sed -n 's/.*"short_id":"\([0-9a-f]*\)".*/\1/p')
[ -n "$snapshot" ] || fail 69 "there is no backup of $SNAPSHOT_HOST in $RESTIC_REPOSITORY"
printf '%s\n' "$said" | sed -n 's/.*"tags":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr , '\n' >"$DUMP_DIR/tags"

log "bringing snapshot $snapshot: $(tr '\n' ' ' <"$DUMP_DIR/tags")"
code=0
# shellcheck disable=SC2094 # the one in the snapshot is read
repository --quiet dump "$snapshot" "$DUMP_DIR/dump.rdb" >"$DUMP_DIR/dump.rdb" 2>"$DUMP_DIR/said" || code=$?
[ "$code" = 0 ] || give_up "$code" "snapshot $snapshot can't be read" "$(cat "$DUMP_DIR/said")"
