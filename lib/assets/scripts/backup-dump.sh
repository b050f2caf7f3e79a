#!/bin/sh
# Takes the data of a replica in sync into a file, and checks it: the first step of a backup.
# env: CLI_BIN SERVER_BIN CONFIG_DIR DUMP_DIR HOSTS (of all servers, blanks between) PORT ALLOW_MASTER (true: the master, where no replica is in sync)
#      WAIT_SECONDS (how long a replica in sync, and one master alone, are waited for)
#      REDIS_USERNAME REDIS_PASSWORD REDIS_CA_FILE REDIS_CERT_FILE REDIS_KEY_FILE (each not set where there is none)
# writes: DUMP_DIR/dump.rdb, DUMP_DIR/tags (a line each), DUMP_DIR/started (seconds since 1970)
# exit code: 69 no server to take it from, 77 the servers refuse the user, 74 the dump can't be had or written, 65 it is damaged
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"
# shellcheck source=lib/assets/scripts/backup-source.sh
. "$CONFIG_DIR/backup-source.sh"
# its members only: it holds all data
umask 027
dump=$DUMP_DIR/dump.rdb
probe=$DUMP_DIR/tools

fail() { code=$1; shift; log "FAILED: $*"; exit "$code"; }

if [ -n "${REDIS_PASSWORD:-}" ]; then export REDISCLI_AUTH="$REDIS_PASSWORD"; fi
set -- ${REDIS_USERNAME:+--user "$REDIS_USERNAME"} --no-auth-warning \
  ${REDIS_CA_FILE:+--tls --cacert "$REDIS_CA_FILE"} ${REDIS_CERT_FILE:+--cert "$REDIS_CERT_FILE" --key "$REDIS_KEY_FILE"}

# Servers that roll, a replica that copies its data, two masters and a password that is new pass by themselves, but not within the few tries that a Job has.
until=$(($(date +%s) + WAIT_SECONDS)) password_until=$(($(date +%s) + (WAIT_SECONDS < 180 ? WAIT_SECONDS : 180))) told=''
while :; do
  look "$@"
  choose
  left=$((until - $(date +%s)))
  if [ -n "$from" ] || [ "$left" -le 0 ]; then break; fi
  if [ "$told" != "$why" ]; then show; log "waiting, at most $left s: $why"; told=$why; fi
  sleep 5
done
show
[ -n "$from" ] || fail 69 "$why"

date +%s >"$DUMP_DIR/started"
said=$("$CLI_BIN" -h "$from" -p "$PORT" "$@" --rdb "$dump.part" 2>&1) || {
  # with what it asks for by REPLCONF it could do without
  said=$(printf %s "$said" | tr -d '\r' | sed '/^REPLCONF .* error: /d')
  rm -f "$dump.part"
  # a password is refused here only if it was changed at this moment
  refusal=$(printf '%s\n' "$said" | grep NOPERM | tail -n 1)
  [ -z "$refusal" ] || fail 77 "$from refuses to give its data to the user ${REDIS_USERNAME:-default}: $refusal"
  case $said in *'short write'* | *'No space'*) fail 74 "there is no room in $DUMP_DIR for the dump of $from" ;; esac
  fail 74 "the data of $from can't be had: $(printf '%s\n' "$said" | grep -iE 'err|fail|NOMASTERLINK' | tail -n 1)"
}

checked=$("$(tool redis-check-rdb)" "$dump.part" 2>&1) || {
  rm -f "$dump.part"
  fail 65 "the dump of $from is damaged: $(damage "$checked")"
}
mv "$dump.part" "$dump"

# A field that the server wrote into the dump.
written() { printf '%s\n' "$checked" | sed -n "s/.*AUX FIELD $1 = '\(.*\)'$/\1/p" | head -n 1; }
keys=$(printf '%s\n' "$checked" | sed -n 's/^\[info\] \([0-9]*\) keys read$/\1/p')
[ -n "$keys" ] || fail 65 "the dump of $from can't be read: $(printf '%s\n' "$checked" | tail -n 1)"
{
  printf 'keys=%s\n' "$keys"
  printf 'bytes=%s\n' "$(wc -c <"$dump" | tr -d ' ')"
  printf 'taken=%s\n' "$(written ctime)"
  version=$(written redis-ver)
  if [ -n "$version" ]; then printf 'engine=redis-%s\n' "$version"; else printf 'engine=valkey-%s\n' "$(written valkey-ver)"; fi
  printf 'from=%s\n' "$from"
  # of a dump without them, a server that had no replica yet
  if [ -n "$(written repl-id)" ]; then printf 'replid=%s\noffset=%s\n' "$(written repl-id)" "$(written repl-offset)"; fi
} >"$DUMP_DIR/tags"
log "took $keys keys of $from, $(wc -c <"$dump" | tr -d ' ') bytes"
