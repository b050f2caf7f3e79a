#!/bin/sh
# Liveness and readiness probe of Sentinel: it answers PING. Whether it knows a master says nothing about its health, and neither does a
# refused password: its node may know a new one before the agents have told it.
# env: CLI_BIN RUN_DIR PASSWORD_FILE (not set without a password)
set -eu
if [ -n "${PASSWORD_FILE:-}" ]; then
  # a key that is removed from the Secret must not end what runs
  REDISCLI_AUTH=$(cat "$PASSWORD_FILE" 2>/dev/null) || true
  export REDISCLI_AUTH
fi
answer=$("$CLI_BIN" -s "$RUN_DIR/sentinel.sock" PING 2>&1) || true
case $answer in
  *PONG* | *NOAUTH* | *WRONGPASS*) exit 0 ;;
esac
echo "no answer to PING: $answer"
exit 1
