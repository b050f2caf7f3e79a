#!/bin/sh
# Functions about the files of a server's data, and for what checks them. Sourced after common.sh, not run.
# env: SERVER_BIN CONFIG_DIR RUN_DIR

# Of the data that a configuration names: "$config", "$dir", the append-only log in "$aof" with its "$manifest", and "$probe", a folder for what is tried
# out, which is not there yet. usage: data_of CONFIG NAME
data_of() {
  config=$1
  dir=$(directive dir)
  aof=$dir/appendonlydir
  manifest=$aof/appendonly.aof.manifest
  probe=$RUN_DIR/$2
}

# Value of a directive of the file "$config".
directive() { awk -v name="$1" '$1 == name { value = $2 } END { print value }' "$config"; }

# Whether the manifest of the append-only log is one, and lists what lies there: a power loss may leave zeros, nothing, or a part, and a base that servers take for an
# empty log. If not, "$broken" says why. A killed server leaves unlisted what it begins: an empty increment; the next base, on a replica with an increment beside it.
whole_manifest() {
  broken="$manifest is broken"
  [ "$(tail -c 1 "$manifest" | od -An -tx1 | tr -d ' ')" = 0a ] || return 1
  written_log 0 | awk '
    FNR == NR && !/^#/ {
      if ($1 != "file" || NF % 2 || !/ seq [0-9]+ .*type [bhi]/) bad = 1
      listed[$2]
      seq = type = $0
      sub(/.* seq /, "", seq)
      sub(/.* type /, "", type)
      last[substr(type, 1, 1)] = seq + 0
    }
    FNR == NR || ($0 in listed) { next }
    { n = split($0, part, "."); seq = part[n - 2] }
    part[n - 1] == "incr" { if (seq > last["i"]) lost = 1; next }
    !last["b"] { bad = 1 }
    seq == last["b"] + 1 { begun = 1 }
    END { exit (bad || !(last["b"] + last["i"]) || (!last["b"] && last["i"] > 1) || (lost && !begun)) }' "$manifest" - || return 1
  # shellcheck disable=SC2034 # for who asks
  broken="$aof/$(log_files b) is empty"
  [ -z "$(find "$aof" -name "$(log_files b)" -name '*.rdb' -size 0)" ]
}

# Names of the files of a log that have something in them, bases more than so many bytes. usage: written_log BYTES
written_log() { find "$aof" -type f ! -name 'temp-*' \( -name '*.incr.aof' -size +0 -o -name '*.base.*' -size "+$1c" \) 2>/dev/null | sed 's|.*/||'; }

# Files of the append-only log, in the order in which they are loaded. usage: log_files TYPE (b: base, i: increment)
log_files() { awk -v type="$1" '{ for (i = 1; i < NF; i++) if ($i == "type" && $(i + 1) == type) print $2 }' "$manifest"; }

# A log that no manifest lists: a server would begin empty beside it, and delete or overwrite it later. That of a first start that was ended holds nothing.
unlisted_log() { [ ! -f "$manifest" ] && [ -n "$(written_log 127)" ]; }

# The server's own program under another name, by which it checks files. usage: tool redis-check-aof|redis-check-rdb
tool() {
  mkdir -p "$probe"
  ln -sf "$(command -v "$SERVER_BIN")" "$probe/$1"
  printf %s "$probe/$1"
}

# What redis-check-rdb found, in what it said. usage: damage TEXT
damage() { printf '%s\n' "$1" | sed -n '/RDB ERROR DETECTED/{n;s/^\[offset [0-9]*\] //;p;}' | head -n 1; }

# The data in "$dir" is less than the agent's record says, by which servers compare their data. Ends where that can't be written: neither may the data become
# less then. usage: lower_record OFFSET [true|false, whether as master]
lower_record() {
  lowered=$dir/redis-ha-record.json
  if ! sed "s/\"offset\":[0-9]*/\"offset\":$1/; s/\"master\":true/\"master\":${2:-false}/; s/\"ending\":\"[^\"]*\"/\"ending\":\"\"/" "$lowered" >"$lowered.new" || ! mv "$lowered.new" "$lowered"; then
    rm -f "$lowered.new"
    log "FAILED: $lowered can't be written: is the volume full? Nothing was changed."
    exit 74 # EX_IOERR
  fi
}

# The same after the log lost bytes at its end, which are no bytes of the stream, and replicas record later how far they got: what counts is less than the offset
# some seconds before, as replicas that have that, and all that followed, may not have recorded more. A record of a former version has none. usage: lower_by BYTES
lower_by() {
  offset=$(recorded offset)
  settled=$(recorded settled)
  before=$((${settled:-0} - 1))
  # no record, or lowered before
  [ "${offset:--1}" -gt "$before" ] || return 0
  left=$((offset - $1))
  if [ "$before" -lt "$left" ]; then left=$before; fi
  lower_record $((left > 0 ? left : 0))
}

# A log that ends between two commands loads, though it is shorter than at the last record: "ending" is its last file, with the size.
judge_log() {
  ending=$(recorded ending)
  file=$aof/${ending% *}
  [ -f "$file" ] || return 0
  lost=$((${ending#* } - $(wc -c <"$file")))
  [ "$lost" -gt 0 ] || return 0
  lower_by "$lost"
  log "WARNING: $file lost $lost bytes at its end, as after a power loss: they do not count as data any more"
}

# A field of the agent's record; nothing where there is none. usage: recorded NAME
recorded() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$dir/redis-ha-record.json" 2>/dev/null || true; }

# Waits for the agent's word to go on without the data. usage: start_over REASON
start_over() { attend sh "$CONFIG_DIR/start-over.sh" "$dir" "$1"; }
