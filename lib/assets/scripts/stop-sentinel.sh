#!/bin/sh
# preStop hook of a sidecar Sentinel: the hand-over of the master role needs its vote, so it keeps running until the server has stopped.
# env: CLI_BIN RUN_DIR STOP_BUDGET_SECONDS
set -eu
rounds=$((STOP_BUDGET_SECONDS * 5))
while [ "$rounds" -gt 0 ]; do
  # Any reply counts, even an error: only a socket that is gone or refuses means that the server has stopped.
  case $("$CLI_BIN" -s "$RUN_DIR/server.sock" PING 2>&1) in
    *refused* | *"No such file"*) exit 0 ;;
  esac
  rounds=$((rounds - 1))
  sleep 0.2
done
