#!/bin/sh
# preStop of a Sentinel beside a server: the hand-over of the master's role needs its vote, so it stays until the server is gone.
# env: CLI_BIN SERVER_PORT STOP_BUDGET_SECONDS
set -eu
rounds=$((STOP_BUDGET_SECONDS * 5))
while [ "$rounds" -gt 0 ]; do
  # Any answer counts, an error too; only a refused connection says that nobody is there.
  case $("$CLI_BIN" -h 127.0.0.1 -p "$SERVER_PORT" PING 2>&1) in
    *refused*) exit 0 ;;
  esac
  rounds=$((rounds - 1))
  sleep 0.2
done
