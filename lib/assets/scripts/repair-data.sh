#!/bin/sh
# Looks at data that the former process of this pod did not load to its end: cuts off the tail that a power loss left behind. What is broken otherwise
# is never touched: it stays, and the server does not start, unless its agent finds another server that is the master.
# usage: repair-data.sh CONFIG. env: SERVER_BIN CONFIG_DIR RUN_DIR START_OVER_SECONDS (see start-over.sh)
# exit code: 65 (EX_DATAERR) if the data can't be loaded
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"

end_on TERM
data_of "$1" repair-data
# So many bytes at the end may be lost, beside zeros, which were never written: what was not on the disk yet.
most=4194304

# Whether no whole command follows on the first bad byte: at most one, or a transaction without its end, was being written. usage: is_end FILE BYTES
is_end() {
  tail -c "$2" "$1" | tr '\000' '\n' | LC_ALL=C awk '
    /^\*[0-9]+\r$/ { commands++ }
    toupper($0) == "MULTI\r" { begun++ }
    toupper($0) == "EXEC\r" { ended++ }
    END { exit !(commands < 2 || (begun == 1 && !ended)) }'
}

# Cuts what a power loss left at the end of the last file, if it is no more than that. usage: cut_tail FILE REPORT; false if it is more, 74 if the record can't be
# written. In parentheses, as what is counted off the record must be cut off the log.
cut_tail() (
  good=$(printf '%s\n' "$2" | sed -n 's/.*ok_up_to=\([0-9]*\),.*/\1/p' | tail -n 1)
  [ -n "$good" ] || return 1
  bad=$(($(wc -c <"$1") - good))
  if [ "$bad" -gt "$most" ] && [ -n "$(tail -c "$bad" "$1" | tr -d '\000' | head -c 1)" ]; then return 1; fi
  is_end "$1" "$bad" || return 1
  # First, as a server that has not all that its record says would win over one that has.
  lower_by "$bad"
  yes | "$(tool redis-check-aof)" --fix "$1" >/dev/null 2>&1 || return 1
  log "REPAIRED: $bad bytes at the end of $1 were no commands, as after a power loss, and were cut off"
)

check() {
  if [ "$(directive appendonly)" != yes ]; then
    [ -f "$dir/dump.rdb" ] || return 0
    attend "$(tool redis-check-rdb)" "$dir/dump.rdb" >/dev/null 2>&1 || start_over "$dir/dump.rdb is broken"
    return
  fi
  # what is no manifest, or has none, convert-data.sh refuses
  if [ ! -f "$manifest" ] || ! whole_manifest; then return 0; fi
  last=
  files="$(log_files b) $(log_files i)"
  # the log of Redis 6 is all in one file, which is the base then; an increment that was just begun has nothing
  for file in $files; do if [ -s "$aof/$file" ]; then last=$file; fi; done
  for file in $files; do
    if [ ! -f "$aof/$file" ]; then
      start_over "$aof/$file is missing, and the manifest lists it"
      return
    fi
    # a snapshot, commands, or in the log of Redis 6 both
    snapshot=$(head -c 6 "$aof/$file" | LC_ALL=C tr -cd '[:upper:]')
    case $snapshot:$file in
      REDIS*:*.rdb | VALKEY:*) attend "$(tool redis-check-rdb)" "$aof/$file" >/dev/null 2>&1 && continue ;;
      *)
        attend "$(tool redis-check-aof)" "$aof/$file" >"$probe/report" 2>&1 && continue
        if [ "$file" = "$last" ]; then
          cut_tail "$aof/$file" "$(cat "$probe/report")" && continue || [ $? != 74 ] || exit 74
        fi
        ;;
    esac
    start_over "$aof/$file is broken"
    return
  done
}

trap 'rm -rf "$probe"' EXIT
check
