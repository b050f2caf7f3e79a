#!/bin/sh
# Starts Sentinel. Its own file, if it kept one, says who the master is; else it starts blank and is told.
# env: SERVER_BIN CONFIG_DIR RUN_DIR POD_NAMESPACE MASTER_NAME PASSWORD_FILE (empty without a password)
#      ANNOUNCE_NAME, or beside a server POD_NAME and ANNOUNCE_PREFIX
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

config=$RUN_DIR/sentinel.conf
if [ ! -s "$config" ]; then
  announced=${ANNOUNCE_NAME:-$ANNOUNCE_PREFIX-${POD_NAME##*-}}
  address=$(resolve "$announced")
  umask 077
  {
    cat "$CONFIG_DIR/sentinel.conf"
    printf 'sentinel announce-ip %s\n' "$address"
    # An identity that outlives the pod: others would count a dead one for the majority for ever.
    printf 'sentinel myid %s\n' "$(printf %s "$POD_NAMESPACE/$MASTER_NAME/$announced" | sha1sum | cut -d' ' -f1)"
    if [ -n "$PASSWORD_FILE" ]; then
      password=$(quoted "$(cat "$PASSWORD_FILE")")
      printf 'requirepass %s\nsentinel sentinel-pass %s\n' "$password" "$password"
    fi
  } >"$config.new"
  mv "$config.new" "$config"
  log "starting blank, announcing $address"
else
  log "starting with the state that this pod kept"
fi
exec "$SERVER_BIN" "$config" --sentinel
