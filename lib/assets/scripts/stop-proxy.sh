#!/bin/sh
# preStop of HAProxy: first every node must hear that this pod takes no more connections, then HAProxy leaves.
# Without this it would get SIGTERM, its hard stop. env: DRAIN_SECONDS PROXY_PID (default: 1)
set -eu
pid=${PROXY_PID:-1}
sleep "$DRAIN_SECONDS"
kill -USR1 "$pid"
# The hook ends with the container: leaving it earlier would bring SIGTERM.
while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
