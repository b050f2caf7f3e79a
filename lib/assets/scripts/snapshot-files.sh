#!/bin/sh
# Functions about the dump.rdb in "$dir": what it is worth, and whether the server wrote it. Sourced after data-files.sh, not run.
# shellcheck disable=SC2154 # dir, aof, manifest and probe are those of data_of

# A field of the header of "$dir/dump.rdb". usage: aux NAME
aux() { printf '%s\n' "$header" | sed -n "s/.*AUX FIELD $1 = '\(.*\)'.*/\1/p"; }

# A log has all that the agent recorded, a snapshot what there was when it was made: its header tells.
judge_snapshot() {
  recorded=$(recorded offset)
  [ -n "$recorded" ] || return 0
  mkdir -p "$probe"
  head -c 512 "$dir/dump.rdb" >"$probe/header.rdb"
  header=$("$(tool redis-check-rdb)" "$probe/header.rdb" 2>&1) || true
  offset=0
  if [ "$(aux repl-id)" = "$(recorded streamId)" ]; then offset=$(aux repl-offset); fi
  if [ "${offset:-0}" -lt "$recorded" ]; then lower_record "${offset:-0}"; fi
}

# Keeps a file that is not this server's, beside one that was kept before. usage: brought FILE
brought() { [ ! -e "$1.brought" ] || mv "$1.brought" "$1.brought-$(date -u +%Y%m%dT%H%M%SZ)"; mv "$1" "$1.brought"; }

# A snapshot where an append-only log is to be: it becomes the base of the log, which a server would else begin empty.
import() {
  [ "$(directive appendonly)" = yes ] && [ -f "$dir/dump.rdb" ] || return 0
  if [ -f "$manifest" ]; then
    # a replica of a former version kept its copy of the master's data there
    if [ -n "$(recorded offset)" ] && ! grep -q '"ending"' "$dir/redis-ha-record.json" && [ -z "$(find "$dir/dump.rdb" -newer "$aof/$(log_files i | tail -n 1)")" ]; then
      rm -f "$dir/dump.rdb"
      return
    fi
    brought "$dir/dump.rdb"
    log "WARNING: $dir/dump.rdb lay beside the append-only log: it is not loaded, and kept in $dir/dump.rdb.brought until you remove that"
    return
  fi
  # the log of Redis 6, which a server takes over by itself, has what came after the snapshot, unless nothing was ever written into it
  [ ! -s "$dir/appendonly.aof" ] || return 0
  if [ ! -s "$dir/dump.rdb" ]; then
    start_over "$dir/dump.rdb is empty"
    return
  fi
  judge_snapshot
  (
    mkdir -p "$aof"
    ln "$dir/dump.rdb" "$aof/appendonly.aof.1.base.rdb" 2>/dev/null || cp "$dir/dump.rdb" "$aof/appendonly.aof.1.base.rdb"
    # last, and at once: without it there is no log
    printf 'file appendonly.aof.1.base.rdb seq 1 type b\n' >"$manifest.new"
    mv "$manifest.new" "$manifest"
    brought "$dir/dump.rdb"
  )
  log "the append-only log begins with the data of $dir/dump.rdb, now $dir/dump.rdb.brought"
}

# Whether a snapshot that is not the recorded one is the server's own next one, which its agent saw no more. Of the recorded stream: it was begun when the other one
# was there, and was there within a round after the last record, which a stream moves every 10 s; a copy can't set that time. Of no stream: a master that
# never had a replica wrote it; of one nobody else has that epoch, so nobody overwrites it. usage: is_next SECONDS (when the recorded one was written)
is_next() {
  case $(aux repl-id) in
    '') [ "$(recorded backlog)" = false ] && [ "$(stat -c %Y "$dir/dump.rdb")" -ge "$1" ] ;;
    "$(recorded streamId)") [ "$(aux ctime)" -ge "$1" ] && [ "$(($(stat -c %Z "$dir/dump.rdb") - recorded_at))" -le 15 ] ;;
    *) false ;;
  esac
}

# A snapshot that is not the recorded one, and has less, was put there: another server's data counts then, and overwrites it.
keep_brought() {
  [ "$(directive appendonly)" = no ] && [ -f "$dir/dump.rdb" ] || return 0
  ending=$(recorded ending)
  case $ending in '' | "dump.rdb $(stat -c '%s %Y' "$dir/dump.rdb")") return 0 ;; none) ending=0 ;; esac
  recorded_at=$(stat -c %Y "$dir/redis-ha-record.json")
  judge_snapshot
  # only a record that was lowered has none
  [ -z "$(recorded ending)" ] || return 0
  if is_next "${ending##* }"; then return 0; fi
  brought "$dir/dump.rdb"
  ln "$dir/dump.rdb.brought" "$dir/dump.rdb" 2>/dev/null || cp "$dir/dump.rdb.brought" "$dir/dump.rdb"
  log "WARNING: $dir/dump.rdb was put beside a record of more data, which counts: it is kept in $dir/dump.rdb.brought until you remove that"
}
