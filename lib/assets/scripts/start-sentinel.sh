#!/bin/sh
# Starts Sentinel. After a restart of the container it reads its own file, which names the master; in a new pod it starts without a master.
# env: SERVER_BIN CONFIG_DIR RUN_DIR POD_NAMESPACE MASTER_NAME PASSWORD_FILE (not set without a password)
#      TLS_DIR (not set where it takes new certificates by itself)
#      POD_NAME, WORKLOAD and ANNOUNCE_NAME, or beside a server, which checks names, POD_NAME and ANNOUNCE_PREFIX
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

end_on TERM
check_names
config=$RUN_DIR/sentinel.conf

# Sentinel writes back the master's password without quotes, and refuses its own file if the password needs them: what
# holds a password is always written anew.
passwords() {
  password=$(quoted "$(cat "$PASSWORD_FILE")")
  printf 'user default on sanitize-payload %s~* &* +@all\nsentinel sentinel-pass %s\n' "$(accepted "$PASSWORD_FILE")" "$password"
  if [ -e "$CONFIG_DIR/sentinel-users.conf" ]; then users "$CONFIG_DIR/sentinel-users.conf"; fi
  if grep -q "^sentinel monitor $MASTER_NAME " "$1"; then printf 'sentinel auth-pass %s %s\n' "$MASTER_NAME" "$password"; fi
}

# "user" lines for the users in a file, which has a line for each: name, key of the Secret, rules. Those of servers are left to the agent: rules that
# users write may have a command that this version does not know, and a server that reads it does not start.
users() {
  while read -r name key rules; do
    hashes=$(accepted "${PASSWORD_FILE%/*}/$key")
    if [ -n "$hashes" ]; then
      printf 'user %s on %s%s\n' "$name" "$hashes" "$rules"
    else
      log "there is no user $name yet: the Secret's key \"$key\" is missing or empty"
    fi
  done <"$1"
}

if [ -n "${PASSWORD_FILE:-}" ]; then await_password "$PASSWORD_FILE" default; fi
await_key "$(sed -n 's/^tls-key-file //p' "$CONFIG_DIR/sentinel.conf")"
umask 077
if [ -s "$config" ]; then
  log "starting with the state that this pod kept"
  grep -vE '^(requirepass|user|sentinel (auth-pass|sentinel-pass)) ' "$config" >"$config.new"
else
  announced=${ANNOUNCE_NAME:-$ANNOUNCE_PREFIX-${POD_NAME##*-}}
  resolve "$announced"
  {
    cat "$CONFIG_DIR/sentinel.conf"
    printf 'sentinel announce-ip %s\n' "$address"
    # A run ID that survives the pod: the other Sentinels would otherwise count the old one for the majority for ever.
    printf 'sentinel myid %s\n' "$(printf %s "$POD_NAMESPACE/$MASTER_NAME/$announced" | sha1sum | cut -d' ' -f1)"
  } >"$config.new"
  log "starting blank, announcing $address"
fi
if [ -n "${PASSWORD_FILE:-}" ]; then
  lines=$(passwords "$config.new")
  printf '%s\n' "$lines" >>"$config.new"
fi
# The agent of the master asks for it, to find out who has to start again for a new certificate.
if [ -n "${TLS_DIR:-}" ]; then
  printf 'user files-%s off\n' "$(cat "$TLS_DIR/tls.crt" "$TLS_DIR/ca.crt" | sha256sum | cut -c1-16)" >>"$config.new"
fi
mv "$config.new" "$config"
exec "$SERVER_BIN" "$config" --sentinel
