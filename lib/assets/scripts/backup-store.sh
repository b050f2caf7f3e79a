#!/bin/sh
# Stores the dump in the repository, and forgets what is older than it is to be kept: the second step of a backup.
# usage: backup-store.sh [OPTION of restic]…
# env: that of restic.sh, and CONFIG_DIR DUMP_DIR BACKUP_NAME (of several kinds of backups of an installation, each forgets its own) KEEP (what of older ones is
#      kept, as options of "restic forget"; not set: all)
#      PUSHGATEWAY (URL; not set without one) NAMESPACE INSTALLATION (labels there)
# exit code: 0 also where others have the repository, so that older ones are removed by the next backup, 77 wrong password, 75 others use the repository, 74 it can't be reached or written, 73 this backup is stored, but older ones could not be removed
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/restic.sh
. "$CONFIG_DIR/restic.sh"

if ! contact; then
  [ "$code" = 10 ] || give_up "$code" "the repository can't be opened" "$said"
  log "making a repository at $RESTIC_REPOSITORY"
  within=$RUN_SECONDS
  made=0
  why=$(repository init 2>&1) || made=$?
  # somebody else may have made it at this moment
  [ "$made" = 0 ] || contact || give_up "$made" "the repository can't be made" "$why"
fi

tags=$(tr '\n' , <"$DUMP_DIR/tags")
# A number of the summary that restic wrote as JSON, and a tag.
summary() { printf '%s\n' "$said" | sed -n "s/.*\"$1\":\"\{0,1\}\([0-9a-f]*\).*/\1/p" | tail -n 1; }
tag() { sed -n "s/^$1=//p" "$DUMP_DIR/tags"; }

patiently --json backup --host "$SNAPSHOT_HOST" --tag "backup=$BACKUP_NAME,${tags%,}" "$DUMP_DIR/dump.rdb" || {
  # of a file that it can't read restic makes a backup without it, which would be the newest one
  failed=$code why=$said snapshot=$(summary snapshot_id)
  [ -z "$snapshot" ] || patiently --quiet forget "$snapshot" || log "WARNING: $snapshot, which has no dump, could not be removed: $(reason "$said")"
  give_up "$failed" "the backup can't be stored" "$why"
}
snapshot=$(summary snapshot_id) stored=$(summary data_added_packed)
duration=$(($(date +%s) - $(cat "$DUMP_DIR/started")))
log "stored $(tag keys) keys, $(tag bytes) bytes, as snapshot $(printf %.8s "$snapshot"): $stored bytes more in the repository, in $duration s"

# What happened, for a Prometheus that can't scrape what has ended. That it fails says nothing about the backup. Each RedisBackup of an installation has a group of its
# own: whoever pushes replaces what was in it.
tell() {
  cat >"$TMPDIR/metrics" <<METRICS
# TYPE redis_ha_backup_last_success_timestamp_seconds gauge
redis_ha_backup_last_success_timestamp_seconds $(date +%s)
# TYPE redis_ha_backup_data_timestamp_seconds gauge
redis_ha_backup_data_timestamp_seconds $(tag taken)
# TYPE redis_ha_backup_keys gauge
redis_ha_backup_keys $(tag keys)
# TYPE redis_ha_backup_size_bytes gauge
redis_ha_backup_size_bytes $(tag bytes)
# TYPE redis_ha_backup_stored_bytes gauge
redis_ha_backup_stored_bytes $stored
# TYPE redis_ha_backup_duration_seconds gauge
redis_ha_backup_duration_seconds $duration
METRICS
  timeout 30 wget -q -O /dev/null --post-file="$TMPDIR/metrics" "$PUSHGATEWAY/metrics/job/redis-ha-backup/namespace/$NAMESPACE/installation/$INSTALLATION/backup/$BACKUP_NAME" ||
    log "WARNING: the Pushgateway at $PUSHGATEWAY did not take the metrics"
}
if [ -n "${PUSHGATEWAY:-}" ]; then tell; fi

[ -n "${KEEP:-}" ] || exit 0
# shellcheck disable=SC2086 # options
patiently --quiet forget --host "$SNAPSHOT_HOST" --tag "backup=$BACKUP_NAME" --group-by host --prune $KEEP || {
  [ "$code" = 11 ] || fail 73 "this backup is stored, but older ones could not be removed: $(reason "$said")"
  log "WARNING: older backups are left to the next one to remove: others have had the repository for $LOCK_SECONDS s: $(reason "$said")"
  exit 0
}
log "kept $(repository --quiet snapshots --host "$SNAPSHOT_HOST" --tag "backup=$BACKUP_NAME" --json 2>/dev/null | grep -o '"short_id"' | wc -l) backups of $SNAPSHOT_HOST by $BACKUP_NAME"
