#!/bin/sh
# Keeps a file of lines "NAME ADDRESS" equal to what the names of Services resolve to, as long as HAProxy, which started it, runs. A Service that is made
# anew has another address. A name that can't be resolved keeps its former one: no DNS must be needed where nothing has changed.
# usage: follow-addresses.sh FILE    env: CONFIG_DIR IP_FAMILY (see common.sh)
set -u

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

file=$1
refused=
while kill -0 "$PPID" 2>/dev/null; do
  sleep 2
  next=$(while read -r name address; do
    found=$(lookup "$name" 2>/dev/null)
    printf '%s %s\n' "$name" "${found:-$address}"
  done <"$file")
  [ "$next" != "$(cat "$file")" ] || continue
  # One Sentinel must not count as two: who takes the address of another waits until that one has a new address too.
  twice=$(printf '%s\n' "$next" | cut -d' ' -f2 | sort | uniq -d)
  if [ -z "$twice" ]; then
    printf '%s\n' "$next" >"$file.new" && mv "$file.new" "$file"
  elif [ "$next" != "$refused" ]; then
    log "addresses stay as they were: two Services would be at the same one, $(printf %s "$twice" | tr '\n' ' ')"
    refused=$next
  fi
done
