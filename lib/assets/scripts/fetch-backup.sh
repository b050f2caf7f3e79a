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

dump=$DUMP_DIR/dump.rdb
if [ -e "$DUMP_DIR/not-needed" ] || [ -e "$dump" ]; then exit 0; fi

contact || give_up "$code" "the repository can't be opened" "$said"
# Without a lock: who may only read can restore, and one that was left behind keeps nobody from it.
if [ "$SNAPSHOT" = latest ]; then
  SNAPSHOT_HOST=$SNAPSHOT_NAMESPACE/$SNAPSHOT_INSTALLATION
  backup="backup of $SNAPSHOT_HOST"
  patiently --quiet --no-lock snapshots --json --host "$SNAPSHOT_HOST" --path "$DUMP_FILE" --latest 1 || give_up "$code" "backups can't be listed" "$said"
else
  backup="backup $SNAPSHOT"
  patiently --quiet --no-lock snapshots --json "$SNAPSHOT" || give_up "$code" "backups can't be listed" "$said"
fi
id=$(printf '%s\n' "$said" | sed -n 's/.*"short_id":"\([0-9a-f]*\)".*/\1/p')
[ -n "$id" ] || fail 69 "there is no $backup in $RESTIC_REPOSITORY"
log "fetching the backup $id of $(printf '%s\n' "$said" | sed -n 's/.*"time":"\([^".]*\).*/\1/p')"

within=$RUN_SECONDS
repository --quiet --no-lock dump "$id" "$DUMP_FILE" >"$dump.part" 2>"$DUMP_DIR/said" &
fetching=$!
looks=0
while kill -0 "$fetching" 2>/dev/null; do
  sleep 0.2
  looks=$((looks + 1))
  if [ $((looks % 50)) -eq 0 ]; then log "$(($(wc -c <"$dump.part") / 1048576)) MiB have arrived"; fi
done
code=0
wait "$fetching" || code=$?
if [ "$code" != 0 ]; then
  rm -f "$dump.part"
  give_up "$code" "the backup $id can't be read whole" "$(cat "$DUMP_DIR/said")"
fi
log "fetched $(wc -c <"$dump.part") bytes"
mv "$dump.part" "$dump"
