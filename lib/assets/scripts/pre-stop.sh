#!/bin/sh
# Asks the agent of this pod to hand the master's role over, and waits for its answer before the server gets SIGTERM.
# Whatever happens it ends within the budget and with 0: SIGTERM alone loses nothing either, it only takes longer.
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
