#!/bin/sh
# Liveness and readiness probe of Sentinel: it answers PING. Whether it knows a master says nothing about its health.
# env: CLI_BIN RUN_DIR PASSWORD_FILE (not set without a password)
set -eu
if [ -n "${PASSWORD_FILE:-}" ]; then
  REDISCLI_AUTH=$(cat "$PASSWORD_FILE")
  export REDISCLI_AUTH
fi
answer=$("$CLI_BIN" -s "$RUN_DIR/sentinel.sock" PING 2>&1) || true
case $answer in
  *PONG*) exit 0 ;;
esac
echo "no answer to PING: $answer"
exit 1
