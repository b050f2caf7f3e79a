#!/bin/sh
# Functions that choose the server which a backup is taken of. Sourced after common.sh, not run; who sources it has fail.
# env: CLI_BIN HOSTS PORT ALLOW_MASTER REDIS_USERNAME, and password_until (seconds since 1970)
# shellcheck disable=SC2034,SC2154 # what is chosen is read by who sources it, which says until when

# A field of INFO, which is in "$info".
field() { printf '%s\n' "$info" | sed -n "s/^$1://p"; }

note() { seen="$seen$*
"; }
show() { printf %s "$seen" | while read -r line; do log "$line"; done; }

# What all say of themselves: "$masters", "$forbidden" and "$refused" (for the password) are counted, "$best" and "$master" are hosts, "$seen" is it in words, a line each.
look() {
  seen='' masters=0 forbidden=0 refused=0 best='' best_offset=-1 master=''
  for host in $HOSTS; do
    info=$(timeout 10 "$CLI_BIN" -h "$host" -p "$PORT" "$@" INFO replication 2>&1 | tr -d '\r') || true
    case $(field role) in
      master)
        masters=$((masters + 1)) master=$host
        note "$host is the master, at offset $(field master_repl_offset)"
        ;;
      slave)
        offset=$(field slave_repl_offset)
        if [ "$(field master_link_status)" != up ] || [ "$(field master_sync_in_progress)" != 0 ]; then
          note "$host is a replica without a link to the master"
        elif [ "$(field master_last_io_seconds_ago)" -gt 15 ]; then
          note "$host is a replica that has heard nothing of the master for $(field master_last_io_seconds_ago) s"
        else
          note "$host is a replica in sync, at offset $offset"
          if [ "$offset" -gt "$best_offset" ]; then best=$host best_offset=$offset; fi
        fi
        ;;
      *)
        case $info in
          *NOPERM*) forbidden=$((forbidden + 1)) ;;
          *NOAUTH* | *WRONGPASS* | *'AUTH failed'*) refused=$((refused + 1)) ;;
        esac
        note "$host does not say: $(printf '%s\n' "$info" | grep . | head -n 1)"
        ;;
    esac
  done
}

# Chooses the server to take it from: "$from", or why there is none: "$why". A password that is refused may be a new one, which servers know once the kubelet has
# given them the Secret: until "$password_until" they are asked again.
choose() {
  from='' why=''
  if [ "$masters" -gt 1 ]; then
    why="$masters servers say that they are the master. Which data is right is not known until one gives way"
  elif [ -n "$best" ]; then
    from=$best
  elif [ "$ALLOW_MASTER" = true ] && [ -n "$master" ]; then
    note "no replica is in sync: taking the master"
    from=$master
  elif [ "$forbidden" -gt 0 ] || { [ "$refused" -gt 0 ] && [ "$(date +%s)" -ge "$password_until" ]; }; then
    show
    fail 77 "the servers refuse the user ${REDIS_USERNAME:-default}: look at the password in the Secret, and what the user may do"
  elif [ "$refused" -gt 0 ]; then
    why="the servers refuse the password, as they do for a while after it was changed"
  else
    why="no replica is in sync. The master is not asked for its data unless 'source' is BackupSource.REPLICA_OR_MASTER"
  fi
}
