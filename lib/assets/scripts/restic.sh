#!/bin/sh
# Functions of the scripts that run restic, whose arguments are options of each of its commands. Sourced after common.sh, not run.
# env: those of restic, and DUMP_DIR SNAPSHOT_HOST (NAMESPACE/NAME of the installation), CONTACT_SECONDS, RUN_SECONDS and LOCK_SECONDS (how long the first answer of the
#      repository may take, each further command, and others that use the repository)

# What ssh says, which restic does not always hear.
ssh_log=$DUMP_DIR/ssh

# one a line: a value may have blanks
options=$(for option in "$@"; do
  case $option in sftp.args=*) option="$option -E $ssh_log" ;; esac
  printf '%s\n' "$option"
done)

# Runs a command of restic with the script's options; no longer than "$within" seconds.
repository() (
  IFS='
'
  set -f
  # shellcheck disable=SC2086 # split at the ends of lines
  exec timeout "$within" restic $options "$@"
)

fail() { code=$1; shift; log "FAILED: $*"; exit "$code"; }

# Why restic failed: who has the repository, what that last answered, what restic called fatal or could not read, or its last line. Some lines are JSON.
reason() {
  case $1 in *'unable to start the sftp session'*) if [ -s "$ssh_log" ]; then tail -n 1 "$ssh_log" | tr -d '\r\n'; return; fi ;; esac
  for pattern in '^.*unable to create lock in backend: ' '^.* returned error, retrying after [^:]*: ' '^Fatal: ' '^.*"message":"Fatal: ' '^.*"error":{"message":"' '^.*"message":"Warning: ' '^'; do
    last=$(printf '%s\n' "$1" | sed -n "s/$pattern//p" | grep . | tail -n 1)
    last=${last%%\"\}*}
    if [ -n "$last" ]; then printf %s "${last%%\\n*}"; return; fi
  done
}

# Ends with what the exit code of restic means. usage: give_up CODE WHAT SAID
give_up() {
  case $1 in
    10) fail 69 "there is no repository at $RESTIC_REPOSITORY" ;;
    11) fail 75 "$2: others have had the repository for $LOCK_SECONDS s: $(reason "$3")" ;;
    12) fail 77 "the password in the Secret does not open the repository at $RESTIC_REPOSITORY: it was made with another one" ;;
    124 | 143) fail 74 "$2: not done by $RESTIC_REPOSITORY within $within s: $(reason "$3")" ;;
    *) fail 74 "$2: $(reason "$3")" ;;
  esac
}

# Whether there is a repository that the password opens; "$code" and "$said" tell why not. By itself restic asks for a quarter of an hour.
contact() {
  code=0
  within=$CONTACT_SECONDS
  said=$(repository --no-lock cat config 2>&1) || code=$?
  [ "$code" = 0 ]
}

# Runs restic, and waits while others have the repository. A lock of somebody who is gone, like that of a lost node, is not refreshed: restic takes it away after 30 minutes.
# "$said" is what it said.
patiently() {
  waited=0
  within=$RUN_SECONDS
  while :; do
    code=0
    said=$(repository "$@" 2>&1) || code=$?
    [ "$code" = 11 ] && [ "$waited" -lt "$LOCK_SECONDS" ] || return "$code"
    [ $((waited % 300)) -eq 0 ] && log "waiting for others that use the repository: $(reason "$said")"
    sleep 10
    waited=$((waited + 10))
    repository unlock >/dev/null 2>&1 || true
  done
}

# Finds the last of some backups, but for any without its dump (see backup-store.sh): its id is in "$id", and what else is known of it in "$said".
# usage: find_backup WHAT, which is told if there is none, and then options and arguments of "restic snapshots"
find_backup() {
  wanted=$1
  shift
  contact || give_up "$code" "the repository can't be opened" "$said"
  patiently --quiet snapshots --json "$@" || give_up "$code" "backups can't be listed" "$said"
  # oldest first, an object after the other
  said=$(printf '%s\n' "$said" | awk '{ gsub(/},[{]"time":/, "},\n{\"time\":"); print }' | grep -v '"total_bytes_processed":0[,}]' | tail -n 1)
  id=$(printf '%s\n' "$said" | sed -n 's/.*"short_id":"\([0-9a-f]*\)".*/\1/p')
  [ -n "$id" ] || fail 69 "there is no $wanted in $RESTIC_REPOSITORY"
}

# Brings a file of the backup "$id" to DUMP_DIR/dump.rdb, whole or not at all. usage: fetch FILE, and then options of "restic dump"
fetch() {
  dump=$DUMP_DIR/dump.rdb
  file=$1
  shift
  within=$RUN_SECONDS
  looks=0
  while sleep 0.2; do
    looks=$((looks + 1))
    if [ $((looks % 50)) -eq 0 ]; then log "$(($(wc -c <"$dump.part") / 1048576)) MiB have arrived"; fi
  done &
  progress=$!
  code=0
  # what it says goes to no file: the disk may be full
  said=$(repository --quiet "$@" dump "$id" "$file" 2>&1 >"$dump.part") || code=$?
  kill "$progress" 2>/dev/null || true
  if [ "$code" != 0 ]; then
    rm -f "$dump.part"
    give_up "$code" "the backup $id can't be read whole" "$said"
  fi
  log "fetched $(wc -c <"$dump.part") bytes"
  mv "$dump.part" "$dump"
}
