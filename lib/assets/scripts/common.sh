#!/bin/sh
# What the start scripts share. Sourced, not run.

log() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${0##*/}" "$*" >&2; }

# Address of a Service, once and for all: waits until its name resolves. Of a name with two addresses the one of IP_FAMILY (4 or 6; any without).
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

# Hashes of the passwords that are accepted: the Secret's, and while it is being changed the next or previous one beside it.
accepted() {
  for file in "$1" "$1-alternate"; do
    if [ -s "$file" ]; then printf '#%s ' "$(printf %s "$(cat "$file")" | sha256sum | cut -d' ' -f1)"; fi
  done
}

# A value as the configuration files of Redis take any bytes: hexadecimal escapes in double quotes.
quoted() { printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"; }
