#!/bin/sh
# preStop hook of the server: asks the agent of this pod to hand the master role over, and waits for its answer before the server gets SIGTERM.
# It always exits with 0, within the budget: SIGTERM alone loses nothing either, it only takes longer.
#
# RUN_DIR              directory shared with the agent. Default: /run/redis-ha.
# STOP_BUDGET_SECONDS  longest wait for the answer. Default: 35.
set -u

run_dir=${RUN_DIR:-/run/redis-ha}
budget=${STOP_BUDGET_SECONDS:-35}
answer=$run_dir/stop-answered

say() {
  echo "pre-stop: $1"
}

end=$(($(date +%s) + budget))
rm -f "$answer"
# Not ":", whose failed redirection would end the shell.
if ! true > "$run_dir/stop-requested"; then
  say "cannot ask for a hand-over in $run_dir"
  exit 0
fi

# While the server waits to be started, its agent may wait for the same, and answer nobody.
if [ ! -S "$run_dir/server.sock" ]; then
  say "there is no server yet"
  exit 0
fi

while [ "$(date +%s)" -lt "$end" ]; do
  if [ -s "$answer" ]; then
    read -r line < "$answer"
    say "$line"
    exit 0
  fi
  sleep 0.1
done
say "no answer within $budget s"
exit 0
