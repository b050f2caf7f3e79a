#!/bin/sh
# preStop hook of HAProxy: once every node has removed this pod from the endpoints, HAProxy stops gracefully.
# Without the hook it would get SIGTERM, its hard stop. env: DRAIN_SECONDS PROXY_PID (default: 1)
set -eu
pid=${PROXY_PID:-1}
sleep "$DRAIN_SECONDS"
kill -USR1 "$pid"
# The hook must last as long as HAProxy: when it returns, kubelet sends SIGTERM.
while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
