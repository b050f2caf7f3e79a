#!/bin/sh
# Refuses to start over data that this server can't load, that of a newer version or of the other engine, in one line and before anything is touched.
# The server itself judges, by a file that holds nothing but the header of the data: there is no list of versions here that would grow old.
# usage: check-data.sh CONFIG. env: SERVER_BIN CONFIG_DIR RUN_DIR SKIP_DATA_CHECK (true: start anyway)
# exit code: 65 (EX_DATAERR) if the server can't load the data, 77 (EX_NOPERM) if it may not read or write it
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"
# shellcheck source=lib/assets/scripts/data-files.sh
. "$CONFIG_DIR/data-files.sh"

data_of "$1" check-data
# What this user can't read is not broken, and no reason to start over.
may() { [ -r "$1" ] && case $1 in "$dir" | "$aof") [ -w "$1" ] && [ -x "$1" ] ;; *.incr.aof) [ -w "$1" ] ;; esac; }
for file in "$dir" "$dir/redis-ha-record.json" "$dir/dump.rdb" "$dir/appendonly.aof" "$aof" "$aof"/*; do
  if [ ! -e "$file" ] || may "$file"; then continue; fi
  # owner and mode may allow it: kernels make a file system read-only after an error of its disk
  case $( (: >"$dir/check-data") 2>&1) in
    *[Rr]ead-only*)
      log "READ-ONLY: the file system of $dir can't be written to, as after an error of its disk: the node's kernel log says why. Nothing was changed."
      exit 77
      ;;
  esac
  rm -f "$dir/check-data"
  # shellcheck disable=SC2046 # its fields
  set -- $(ls -Lldn "$file")
  log "UNREADABLE: $file belongs to $3:$4, mode $1, and this server is $(id -u):$(id -g): chown it, or set fsGroup. Nothing was changed."
  exit 77 # EX_NOPERM
done
if [ "$(directive appendonly)" = yes ]; then
  # what a server with an append-only log loads first: without one, what convert-data.sh would make it of, or the server of the log of Redis 6
  if [ -f "$manifest" ]; then
    data=$aof/$(log_files b)
  elif [ -s "$dir/appendonly.aof" ]; then
    data=$dir/appendonly.aof
  else
    data=$dir/dump.rdb
  fi
else
  data=$dir/dump.rdb
fi
[ -f "$data" ] || exit 0

# "REDIS0012", "VALKEY080". Anything else is no RDB file, or a broken one: the server says that best itself.
header=$(head -c 9 "$data" | LC_ALL=C tr -cd 'A-Z0-9')
case $header in
  REDIS[0-9][0-9][0-9][0-9] | VALKEY[0-9][0-9][0-9]) ;;
  *) exit 0 ;;
esac
# The fields "redis-ver" or "valkey-ver" follow the header, each with its value
writer=$(head -c 200 "$data" | LC_ALL=C tr -c ' -~' '\n' | awk 'last ~ /-ver$/ { sub(/-ver$/, "", last); print last, $0; exit } NF { last = $0 }')
log "the data in $data is that of ${writer:-an unknown version} ($header)"

mkdir -p "$probe"
printf %s "$header" >"$probe/dump.rdb"
answer=$(timeout 10 "$SERVER_BIN" --port 0 --unixsocket socket --dir "$probe" --appendonly no --save '' 2>&1 </dev/null) || true
rm -rf "$probe"
reason=$(printf '%s\n' "$answer" | grep -oE "Can't handle RDB format version [0-9]+|Wrong signature trying to load DB" | head -n 1) || true
[ -n "$reason" ] || exit 0

if [ "${SKIP_DATA_CHECK:-}" = true ]; then
  log "WARNING: $SERVER_BIN says \"$reason\" of it, and starts because SKIP_DATA_CHECK is true"
  exit 0
fi
log "REFUSED: $SERVER_BIN can't load data of ${writer:-that version} (\"$reason\"). Nothing was changed: run the engine and version that wrote it," \
  "or a newer one; docs/reference/versions.md says how to move data to another engine. SKIP_DATA_CHECK=true in server.pod.env starts anyway."
exit 65
