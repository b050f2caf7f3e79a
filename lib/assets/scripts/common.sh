#!/bin/sh
# Functions of the start scripts. Sourced, not run.

log() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${0##*/}" "$*" >&2; }

# Ends where pod and workload were renamed after the manifests were made: members, HAProxy and clients find each other by the names that were made.
# A pod is named after its workload: WORKLOAD-0 of a StatefulSet, WORKLOAD-6d4cf56db6-x7k2p of a Deployment (never an ordinal after a dash). Pods of a revision without WORKLOAD read this file too.
check_names() {
  [ -n "${WORKLOAD:-}" ] || return 0
  rest=${POD_NAME#"$WORKLOAD"-}
  case $rest in
    "$POD_NAME" | *-*-* | *-? | *-??)
      log "this pod is $POD_NAME, and should be one of $WORKLOAD: something renamed the objects, like namePrefix or nameSuffix of kustomize. Leave that out, and give RedisHa the prop 'name'"
      exit 78 # EX_CONFIG
      ;;
  esac
}

# ClusterIP of a Service, or nothing. Of a dual-stack Service, the address of IP_FAMILY (4 or 6; the first one if unset).
lookup() { getent ahosts "$1" | awk -v family="${IP_FAMILY:-}" 'family == "" || ((family == 6) == ($1 ~ /:/)) { print $1; exit }'; }

# The same, once the name resolves.
resolve() {
  waited=0
  while :; do
    found=$(lookup "$1") || found=
    [ -n "$found" ] && { printf %s "$found"; return; }
    [ $((waited % 50)) -eq 0 ] && log "waiting for the name $1 to resolve"
    waited=$((waited + 1))
    sleep 0.2
  done
}

# Waits until the Secret has a password, and says what is wrong: a container that ends would only be started again, ever more rarely.
await_password() {
  said=
  while [ -z "$(cat "$1" 2>/dev/null)" ]; do
    if [ -e "$1" ]; then problem=empty; else problem=missing; fi
    [ "$problem" = "$said" ] || log "waiting for the password: the Secret's key \"${1##*/}\" is $problem"
    said=$problem
    sleep 1
  done
}

# Hashes of the accepted passwords, as ACL rules: that of the Secret and, while it is rotated, that of the key with "-alternate".
# A newline at the end does not belong to a password, but clients that get the Secret as a variable send it.
accepted() {
  for file in "$1" "$1-alternate"; do
    [ -n "$(cat "$file" 2>/dev/null)" ] || continue
    plain=$(printf %s "$(cat "$file")" | sha256sum | cut -d' ' -f1)
    whole=$(sha256sum <"$file" | cut -d' ' -f1)
    printf '#%s ' "$plain"
    [ "$whole" = "$plain" ] || printf '#%s ' "$whole"
  done
}

# "loadmodule" for each module that the entrypoint of the official image would load. usage: modules DIR
modules() {
  loaded=
  for module in "$1"/*.so; do
    if [ -f "$module" ] && [ -s "$module" ] && [ -r "$module" ] && [ -x "$module" ]; then
      printf 'loadmodule %s\n' "$module"
      loaded="$loaded ${module##*/}"
    fi
  done
  if [ -n "$loaded" ]; then log "loading modules:$loaded"; else log "WARNING: there are no modules in $1: this image bundles none"; fi
}

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

# The server's own program under another name, by which it checks files. usage: tool redis-check-aof|redis-check-rdb
tool() {
  mkdir -p "$probe"
  ln -sf "$(command -v "$SERVER_BIN")" "$probe/$1"
  printf %s "$probe/$1"
}

# What redis-check-rdb found, in what it said. usage: damage TEXT
damage() { printf '%s\n' "$1" | sed -n '/RDB ERROR DETECTED/{n;s/^\[offset [0-9]*\] //;p;}' | head -n 1; }

# The data in "$dir" is less than the agent's record says, by which servers compare their data. usage: lower_record OFFSET [true|false, whether as master]
lower_record() {
  sed "s/\"offset\":[0-9]*/\"offset\":$1/; s/\"master\":true/\"master\":${2:-false}/" "$dir/redis-ha-record.json" >"$dir/redis-ha-record.json.new"
  mv "$dir/redis-ha-record.json.new" "$dir/redis-ha-record.json"
}

# A field of the agent's record; nothing where there is none. usage: recorded NAME
recorded() { sed -n "s/.*\"$1\":\"\{0,1\}\([^,\"}]*\).*/\1/p" "$dir/redis-ha-record.json" 2>/dev/null || true; }

# Waits for the agent's word to go on without the data. usage: start_over REASON
start_over() { sh "$CONFIG_DIR/start-over.sh" "$dir" "$1"; }

# A value for redis.conf, of any bytes: hexadecimal escapes in double quotes.
quoted() { printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"; }
