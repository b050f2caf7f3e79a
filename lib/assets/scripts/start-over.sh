#!/bin/sh
# Of data that can't be loaded: waits for the agent's word to go on without it. It is kept beside.
# usage: start-over.sh DIR REASON. env: CONFIG_DIR RUN_DIR START_OVER_SECONDS (how long to wait; default 30)
# exit code: 65 (EX_DATAERR) if there is no other server that is the master
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

end_on TERM
dir=$1
reason=$2
log "UNUSABLE: $reason. Nothing was changed. Waiting for a master to copy from; without one, docs/how-to/operations.md says what to do."
rm -f "$RUN_DIR/start-over"
printf '%s\n' "$reason" >"$RUN_DIR/unusable-data"
tries=$((${START_OVER_SECONDS:-30} * 5))
while [ ! -e "$RUN_DIR/start-over" ]; do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then exit 65; fi
  sleep 0.2
done
# at once: half of the data would look like all of it
kept=$dir/unusable-$(date -u +%Y%m%dT%H%M%SZ)
(
  rm -rf "$RUN_DIR/start-over" "$RUN_DIR/unusable-data" "$dir"/unusable-*
  mkdir "$kept"
  for entry in "$dir"/* ; do
    case $entry in "$kept" | */lost+found) ;; *) mv "$entry" "$kept/" ;; esac
  done
)
log "starting over from the master; the data that can't be loaded is kept in $kept until the next time"
