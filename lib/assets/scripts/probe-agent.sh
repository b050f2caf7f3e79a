#!/bin/sh
# Liveness probe of the agent: its event loop runs. A timer touches the heartbeat every two seconds, whatever the agent waits for.
# A file that is not there says nothing: a volume that can't be written is not mended by a restart.
# env: RUN_DIR
set -eu
[ -e "$RUN_DIR/agent-heartbeat" ] || exit 0
age=$(($(date +%s) - $(stat -c %Y "$RUN_DIR/agent-heartbeat")))
[ "$age" -le 30 ] && exit 0
echo "the agent's event loop has not run for $age s"
exit 1
