#!/bin/sh
# Starts redis_exporter, which reads the password and the Lua scripts when it starts, and starts it again when they change.
# env: CONFIG_DIR SOCKET PORT PASSWORD_FILE (not set without a password) SCRIPTS (paths of Lua scripts, with commas between; not set without)
# arguments: those of redis_exporter
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

# the official images have it there, others in their path
exporter=/redis_exporter
[ -x "$exporter" ] || exporter=redis_exporter
# all addresses
BIND=''
set -- "$@" -redis.addr "unix://$SOCKET" -web.listen-address "$BIND:$PORT"
if [ -n "${SCRIPTS:-}" ]; then set -- "$@" -script "$SCRIPTS"; fi

# Of the files, as they are now; one that is being replaced is missing for a moment.
state() { printf %s "${PASSWORD_FILE:-},${SCRIPTS:-}" | tr , '\n' | while read -r file || [ -n "$file" ]; do cat "$file" 2>/dev/null || true; done | cksum; }

child=
trap '[ -z "$child" ] || kill "$child" 2>/dev/null || true; exit 0' TERM INT

if [ -n "${PASSWORD_FILE:-}" ]; then await_password "$PASSWORD_FILE"; fi
while :; do
  before=$(state)
  # through the environment: everybody on the node can read arguments
  REDIS_PASSWORD=$(if [ -n "${PASSWORD_FILE:-}" ]; then cat "$PASSWORD_FILE"; fi) "$exporter" "$@" &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    # in the background, as a signal waits for what is in front
    sleep "${LOOK_SECONDS:-5}" &
    wait $!
    now=$(state)
    [ "$now" != "$before" ] || continue
    if [ -n "${PASSWORD_FILE:-}" ] && [ -z "$(cat "$PASSWORD_FILE" 2>/dev/null)" ]; then continue; fi
    log "another password or script: starts redis_exporter again"
    kill "$child" 2>/dev/null || true
    wait "$child" || true
    continue 2
  done
  code=0
  wait "$child" || code=$?
  log "redis_exporter ended with $code"
  exit "$code"
done
