#!/bin/sh
# Functions that bring data to where a throw-away server loads it, for restored-data.sh. Sourced after data-files.sh, not run. What is given is only read.
# env: DUMP_DIR (what is restored lies there while it is needed) SOURCE (file or folder of a volume; not set for a backup, which is DUMP_DIR/dump.rdb)
#      RESTORE_UNTIL (seconds since 1970; not set for all that is there)
# shellcheck disable=SC2034,SC2154 # form is for restored-data.sh, data its own

# Whether a folder has an append-only log of version 7 or newer, which is whole as far as its manifest tells. A server would begin empty beside one
# that has none.
has_log() {
  aof=$1/appendonlydir
  manifest=$aof/appendonly.aof.manifest
  if unlisted_log; then refuse "appendonlydir has a log and no manifest, and a server would begin empty"; fi
  [ -f "$manifest" ] || return 1
  whole_manifest || refuse "${broken#"$1/"}"
  [ ! -e "$1/dump.rdb" ] || log "WARNING: the folder has a dump.rdb beside its append-only log: it is not loaded; as 'path' it would be"
}

# Brings the data to where the throw-away server loads it: a snapshot by a link, a log as a copy, since a server goes on writing it.
place_data() {
  rm -rf "$data"
  mkdir -p "$data"
  given=${SOURCE:-$DUMP_DIR/dump.rdb}
  form=no # of "appendonly"
  if [ ! -e "$given" ]; then
    refuse "there is no ${given#/source/} in the volume"
  elif [ -f "$given" ]; then
    snapshot=$given
  elif has_log "$given"; then
    form=yes
    snapshot=
    log "copying the append-only log"
    cp -R "$given/appendonlydir" "$data/"
  elif [ -s "$given/appendonly.aof" ]; then
    form=yes
    snapshot=
    log "copying the append-only log"
    cp "$given/appendonly.aof" "$data/"
  else
    snapshot=$given/dump.rdb
    [ -f "$snapshot" ] || refuse "the folder has neither appendonlydir nor appendonly.aof nor dump.rdb"
  fi
  if [ -n "$snapshot" ]; then
    [ -s "$snapshot" ] || refuse "$snapshot is empty"
    ln -s "$snapshot" "$data/dump.rdb"
  fi
}

# Leaves out of the log what came after the time that is asked for. What was rewritten since then can't be told apart.
cut_log() {
  [ -n "${RESTORE_UNTIL:-}" ] || return 0
  [ -f "$manifest" ] || refuse "a time needs an append-only log of version 7 or newer, and there is none"
  cut=
  for file in $(log_files i); do
    # the last one may be just begun: then it is the one before that is cut
    case $(head -c 4 "$aof/$file") in
      '') ;;
      '#TS:') cut=$aof/$file ;;
      *) refuse "the log does not say when it was written: that needs aof-timestamp-enabled since it was last rewritten" ;;
    esac
  done
  [ -n "$cut" ] || refuse "nothing was written since the log was last rewritten, and what it has from before does not say when that was"
  # of several files all but the last one came before; Valkey's tool does not know its own snapshots, so it is not given the manifest
  report=$(yes | "$(tool redis-check-aof)" --truncate-to-timestamp "$RESTORE_UNTIL" "$cut" 2>&1) ||
    refuse "the log can't be cut at $(at "$RESTORE_UNTIL"): $(printf '%s\n' "$report" | tail -n 1 | sed "s|$aof/||g")"
  log "of the log, what came after $(at "$RESTORE_UNTIL") is left out"
}

at() { date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ; }
