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

# ClusterIP of a Service: waits until the name resolves. Of a dual-stack Service, the address of IP_FAMILY (4 or 6; the first one if unset).
resolve() {
  waited=0
  while :; do
    found=$(getent ahosts "$1" | awk -v family="${IP_FAMILY:-}" 'family == "" || ((family == 6) == ($1 ~ /:/)) { print $1; exit }') || found=
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

# Value of a directive of the file "$config", which the script that sources this has set.
# shellcheck disable=SC2154
directive() { awk -v name="$1" '$1 == name { value = $2 } END { print value }' "$config"; }

# Files of the append-only log whose manifest is "$manifest", in the order in which they are loaded. usage: log_files TYPE (b: base, i: increment)
# shellcheck disable=SC2154
log_files() { awk -v type="$1" '{ for (i = 1; i < NF; i++) if ($i == "type" && $(i + 1) == type) print $2 }' "$manifest"; }

# A value for redis.conf, of any bytes: hexadecimal escapes in double quotes.
quoted() { printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"; }
