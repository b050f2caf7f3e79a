#!/bin/sh
# preStop hook of a Sentinel with a pod of its own. A change of the pods stops all Sentinels at once, and each comes back knowing nobody: without a majority no master hands over, and
# HAProxy refuses writes. So they leave one after the other, in the order of their run IDs, each once those before it name the master again.
# env: CLI_BIN RUN_DIR MASTER_NAME STOP_BUDGET_SECONDS PASSWORD_FILE (not set without a password)
set -eu

turn=5 # seconds in which whoever stops too and comes first is seen to leave

ask() { timeout 3 "$CLI_BIN" -s "$RUN_DIR/sentinel.sock" "$@" 2>/dev/null </dev/null || true; }

# How many others come first; nothing while they are no majority without this one. A Sentinel that names the master says so every 2 s. One that reaches no server, or does
# not answer, holds nobody up: it is of no use.
before() {
  { ask SENTINEL MASTER "$MASTER_NAME"; ask SENTINEL REPLICAS "$MASTER_NAME"; echo others; ask SENTINEL SENTINELS "$MASTER_NAME"; } | awk -v me="$(ask SENTINEL MYID)" '
    $0 == "others" { others = 1 }
    key == "runid" { id = $0 }
    key == "flags" { flags = $0; if (!others && flags !~ /disconnected/) useful = 1 }
    key == "last-hello-message" { all++; if (id "" < me "") first++; if (flags == "sentinel" && $0 + 0 < 5000) name++ }
    { key = $0 }
    END {
      needed = int((all + 1) / 2) + 1
      if (needed > all) needed = all
      if (!useful) print 0; else if (name >= needed) print first + 0
    }'
}

if [ -n "${PASSWORD_FILE:-}" ]; then
  REDISCLI_AUTH=$(cat "$PASSWORD_FILE" 2>/dev/null) || true
  export REDISCLI_AUTH
fi
since=$(date +%s)
end=$((since + STOP_BUDGET_SECONDS))
while now=$(date +%s) && [ "$now" -lt "$end" ]; do
  first=$(before)
  [ -n "$first" ] || since=$now
  if [ -n "$first" ] && [ $((now - since)) -ge $((first * turn)) ]; then exit 0; fi
  sleep 0.5
done
