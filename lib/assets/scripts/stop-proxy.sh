#!/bin/sh
# preStop of HAProxy: first every node must hear that this pod takes no more connections, then HAProxy leaves.
# Without this it would get SIGTERM, its hard stop. env: DRAIN_SECONDS
set -eu
sleep "$DRAIN_SECONDS"
kill -USR1 1
# The hook ends with the container: leaving it earlier would bring SIGTERM.
while kill -0 1 2>/dev/null; do sleep 0.2; done
