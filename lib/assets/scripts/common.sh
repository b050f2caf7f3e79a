#!/bin/sh
# Functions of the start scripts. Sourced, not run.

log() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${0##*/}" "$*" >&2; }

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

# Hashes of the accepted passwords, as ACL rules: that of the Secret and, while it is rotated, that of the key with "-alternate".
accepted() {
  for file in "$1" "$1-alternate"; do
    if [ -s "$file" ]; then printf '#%s ' "$(printf %s "$(cat "$file")" | sha256sum | cut -d' ' -f1)"; fi
  done
}

# A value for redis.conf, of any bytes: hexadecimal escapes in double quotes.
quoted() { printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"; }
