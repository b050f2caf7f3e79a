#!/bin/sh
# Liveness and readiness probe of Sentinel: it answers PING. Whether it knows a master says nothing about its health, and neither does a
# refused password: its node may know a new one before the agents have told it.
# As a liveness probe ("alive") it also ends a Sentinel that is cut off by the certificates that it started with, once the Secret has others: agents restart
# Sentinels for those, but only while all can be asked and hear the master. What is cut off has nothing to lose.
# usage: probe-sentinel.sh [alive]
# env: CLI_BIN RUN_DIR PASSWORD_FILE (not set without a password) MASTER_NAME TLS_DIR (not set where it takes new certificates by itself)
set -eu

ask() { "$CLI_BIN" -s "$RUN_DIR/sentinel.sock" "$@" 2>&1; }

# Whether this Sentinel started with other files than the Secret has now: the start script left a mark. usage: outdated
outdated() {
  mark=$(cat "$TLS_DIR/tls.crt" "$TLS_DIR/ca.crt" | sha256sum | cut -c1-16)
  ! grep -q "^user files-$mark " "$RUN_DIR/sentinel.conf"
}

# Whether nobody is connected but this probe, other Sentinels, which check no names, and those who have not got as far as a command. Agents always are, unless
# its certificate had ended, or was another's.
unheard() {
  ask CLIENT LIST | awk '
    / flags=[^ ]*U/ { answered = 1; next }
    / name=sentinel-/ || / cmd=NULL / || $0 == "" { next }
    { somebody = 1 }
    END { exit !(answered && !somebody) }'
}

# Whether it is connected to none of the servers that it watches: it trusts no CA of theirs.
deaf() {
  { ask SENTINEL MASTERS; ask SENTINEL REPLICAS "$MASTER_NAME"; } | awk '
    flags { watched = 1; if ($0 !~ /disconnected/) connected = 1 }
    { flags = $0 == "flags" }
    END { exit !(watched && !connected) }'
}

if [ -n "${PASSWORD_FILE:-}" ]; then
  # a key that is removed from the Secret must not end what runs
  REDISCLI_AUTH=$(cat "$PASSWORD_FILE" 2>/dev/null) || true
  export REDISCLI_AUTH
fi
answer=$(ask PING) || true
case $answer in
  *PONG* | *NOAUTH* | *WRONGPASS*) ;;
  *)
    echo "no answer to PING: $answer"
    exit 1
    ;;
esac
if [ "${1:-}" = alive ] && [ -n "${TLS_DIR:-}" ] && outdated && { unheard || deaf; }; then
  echo "the certificates that it started with cut it off: it starts again, with those of the Secret"
  # by itself, as kubelet would first run the hook that waits for the server to stop
  ask SHUTDOWN || true
  exit 1
fi
