#!/bin/sh
# Starts HAProxy. haproxy.cfg reads addresses from the environment, and from the file RUN_DIR/addresses, which has a line "NAME ADDRESS" for each Service.
# env: CONFIG_DIR RUN_DIR POD_NAME WORKLOAD CONFIG_FILE SERVERS SENTINELS (names of Services; not set where kube-template writes both files)
#      POD_ADDRESSES (file of the addresses of the servers' pods, of the same form, where another container writes one)
#      MAXCONN PROXIES RESERVED_CLIENTS (how many clients it lets in, and how that was divided) OWN_CONNECTIONS (further ones: to itself, of probes)
#      CUSTOM_FRONTS (frontends of the user, each of which may have as many clients; not set without)
#      PASSWORD_FILE PASSWORD_USER (read by password.lua; not set without a password) MASTER_SOCKET (not set without kube-template)
#      TLS_DIR STATIC_CERTIFICATE CLIENT_CAS (not set without TLS): files of the Secret, and where copies of them are wanted
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

# SIGUSR1 is that of stop-proxy.sh
end_on TERM USR1
check_names

# A pod of a former version has no RUN_DIR: its kube-template writes no addresses, and without one they go where any container may write.
awaited="$CONFIG_FILE ${RUN_DIR:+$RUN_DIR/addresses}"
export RUN_DIR="${RUN_DIR:-/dev/shm}"

# usage: export_addresses PREFIX NAME... (as PREFIX_0, PREFIX_1 and so on)
export_addresses() {
  prefix=$1
  shift
  number=0
  for name in "$@"; do
    address=$(sed -n "s/^$name //p" "$RUN_DIR/addresses")
    pod=
    if [ "$prefix" = SERVER ] && [ -s "${POD_ADDRESSES:-}" ]; then pod=$(sed -n "s/^$name //p" "$POD_ADDRESSES"); fi
    export "${prefix}_$number=${pod:-$address}"
    number=$((number + 1))
  done
}

if [ -n "${SERVERS:-}" ]; then
  # a Sentinel beside a server has the same Service
  for name in $(printf %s "$SERVERS $SENTINELS" | tr ' ' '\n' | sort -u); do
    # What HAProxy knew before its container ended stays, without a question: names may be asked in vain for long, and whoever follows them corrects it.
    address=$(sed -n "s/^$name //p" "$RUN_DIR/addresses" 2>/dev/null || true)
    [ -n "$address" ] || resolve "$name"
    printf '%s %s\n' "$name" "$address"
  done >"$RUN_DIR/addresses.new"
  mv "$RUN_DIR/addresses.new" "$RUN_DIR/addresses"
  # Started through the Services, HAProxy moves its servers to their pods later, which ends sessions: so it waits, but for nobody who may be away.
  waited=0
  until [ -z "${POD_ADDRESSES:-}" ] || [ -e "$POD_ADDRESSES" ] || [ "$waited" -ge 50 ]; do
    waited=$((waited + 1))
    sleep 0.1
  done
  [ -z "${POD_ADDRESSES:-}" ] || [ -e "$POD_ADDRESSES" ] || log "there is no $POD_ADDRESSES yet: servers are reached through their Services until then"
  # shellcheck disable=SC2086 # names of Services
  { export_addresses SERVER $SERVERS; export_addresses SENTINEL $SENTINELS; }
  sh "$CONFIG_DIR/follow-addresses.sh" "$RUN_DIR/addresses" &
fi

await_key "${TLS_DIR:-}/tls.key"
# Copies, which certificates.lua may leave as they are: not every HAProxy takes both a certificate and CAs of one line anew. awk ends a last line that has no end, as
# files of a Secret often do: where the key began in the middle of a line, HAProxy would not start.
if [ -n "${STATIC_CERTIFICATE:-}" ]; then (umask 077 && awk 1 "$TLS_DIR/tls.crt" "$TLS_DIR/tls.key" >"$STATIC_CERTIFICATE"); fi
if [ -n "${CLIENT_CAS:-}" ]; then cat "$TLS_DIR/ca.crt" >"$CLIENT_CAS"; fi

# A kernel without IPv6 can't bind "::"
if [ -e /proc/net/if_inet6 ]; then BIND='::'; else BIND='0.0.0.0'; fi
export BIND

if [ -n "${PASSWORD_FILE:-}" ]; then await_password "$PASSWORD_FILE" "${PASSWORD_USER:-default}"; fi

# HAProxy refuses to start where fewer files may be open than it needs: two a client and a connection of its own, and 200 for checks and listeners. A server
# under the same limit takes fewer clients too, so the shares of all proxies get smaller.
# shellcheck disable=SC3045 # all shells that images have know it
files=$(ulimit -H -n)
# a pod of a former version has no such variables: then the numbers of haproxy.cfg count
if [ -n "${OWN_CONNECTIONS:-}" ] && [ "$files" != unlimited ]; then
  wanted=$MAXCONN
  for most in $((((files - 200) / 2 - OWN_CONNECTIONS) / (1 + ${CUSTOM_FRONTS:-0}))) $(((files - 32 - RESERVED_CLIENTS) / PROXIES)); do
    [ "$MAXCONN" -le "$most" ] || MAXCONN=$most
  done
  [ "$MAXCONN" -ge 1 ] || { log "only $files files may be open: HAProxy needs a limit of 500 at least (ulimit -n of the container runtime)"; exit 1; }
  [ "$MAXCONN" -eq "$wanted" ] || log "only $files files may be open (ulimit -n of the container runtime): $MAXCONN clients are let in instead of $wanted"
  export MAXCONN MAXCONN_TOTAL=$((MAXCONN * (1 + ${CUSTOM_FRONTS:-0}) + OWN_CONNECTIONS))
fi

# with kube-template the files are there once the API server has answered
for file in $awaited; do
  [ -s "$file" ] || log "waiting for $file"
  until [ -s "$file" ]; do sleep 0.1; done
done

log "starting haproxy"
if [ -n "${MASTER_SOCKET:-}" ]; then set -- -S "$MASTER_SOCKET,mode,660"; fi
exec haproxy -W -db "$@" -f "$CONFIG_FILE"
