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

# Whether the manifest of the append-only log is one: lines of names and values, each with its end. A power loss may leave zeros, or nothing.
whole_manifest() {
  [ "$(tail -c 1 "$manifest" | od -An -tx1 | tr -d ' ')" = 0a ] &&
    awk '!/^#/ { files++; if ($1 != "file" || NF % 2 || !/ seq [0-9]+ .*type [bhi]/) broken = 1 } END { exit !(files && !broken) }' "$manifest"
}

# Files of the append-only log, in the order in which they are loaded. usage: log_files TYPE (b: base, i: increment)
log_files() { awk -v type="$1" '{ for (i = 1; i < NF; i++) if ($i == "type" && $(i + 1) == type) print $2 }' "$manifest"; }

# Files of a log that no manifest lists: a server would begin empty beside them, and delete or overwrite them later. Those of a first start that was ended hold nothing.
unlisted_log() {
  [ ! -f "$manifest" ] && [ -n "$(find "$aof" -type f ! -name 'temp-*' \( -name '*.incr.aof' -size +0 -o -name '*.base.*' -size +127c \) 2>/dev/null | head -n 1)" ]
}

# Whether a snapshot was written later than the log beside it, which counts. usage: newer_than_log FILE
newer_than_log() { [ -n "$(find "$1" -newer "$manifest" -newer "$aof/$(log_files i | tail -n 1)" 2>/dev/null)" ]; }

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
  if ! sed "s/\"offset\":[0-9]*/\"offset\":$1/; s/\"master\":true/\"master\":${2:-false}/" "$lowered" >"$lowered.new" || ! mv "$lowered.new" "$lowered"; then
    rm -f "$lowered.new"
    log "FAILED: $lowered can't be written: is the volume full? Nothing was changed."
    exit 74 # EX_IOERR
  fi
}

# A field of the agent's record; nothing where there is none. usage: recorded NAME
recorded() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$dir/redis-ha-record.json" 2>/dev/null || true; }

# Waits for the agent's word to go on without the data. usage: start_over REASON
start_over() { attend sh "$CONFIG_DIR/start-over.sh" "$dir" "$1"; }
