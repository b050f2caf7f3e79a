#!/bin/sh
# Gives an order to the agent beside a server, and waits for its answer: lib/agent/act/orders.ts says how. `cdk8s-redis-ha failover` and its like run it in the
# container of a server, Jobs run it in a pod of their own.
# usage: order.sh failover [ORDINAL] | pause SECONDS | resume | rebuild [ORDINAL, only with SERVERS]
# env: CLI_BIN PASSWORD_FILE (not set without a password) ORDER_SECONDS (longest wait for each answer; default 90), and either
#      RUN_DIR: the server in this pod
#      SERVERS: host names of all servers, by ordinal; SERVER_PORT; TLS_DIR (with TLS: the folder of ca.crt); REDIS_CA_FILE (not set for TLS_DIR/ca.crt);
#      TLS_CLIENT=true (TLS_DIR has tls.crt and tls.key too); REACH_SECONDS (how long servers that do not answer are waited for; default 30)
# exit code: 0 done, 65 (EX_DATAERR) refused: nothing was changed, 70 (EX_SOFTWARE) begun and not done, 69 (EX_UNAVAILABLE) no answer, 64 (EX_USAGE)
set -u

word=${1:-}
argument=${2:-}
case $word:$argument in
  failover: | failover:[0-9]* | pause:[0-9]* | resume: | rebuild: | rebuild:[0-9]*) ;;
  *) echo "usage: $0 failover [ORDINAL] | pause SECONDS | resume | rebuild [ORDINAL]" >&2; exit 64 ;;
esac
case $argument in *[!0-9]*) echo "$0: $argument is no number" >&2; exit 64 ;; esac

# shellcheck source=lib/assets/scripts/give-order.sh
. "${0%/*}/give-order.sh"

if [ -z "${SERVERS:-}" ]; then
  tell "$(order - "$word" "$argument")"
  exit "$outcome"
fi

# On some networks a policy lets a new pod in only some seconds after its start.
end=$(($(date +%s) + ${REACH_SECONDS:-30}))
# Whether it is worth while to ask once more, after a second.
again() { [ "$(date +%s)" -lt "$end" ] && sleep 1; }

# usage: order_to HOST WORD ARGUMENT; waits for the server
order_to() {
  while :; do
    case $(cli 5 "$1" PING) in
      *PONG* | *WRONGPASS* | *NOAUTH*) tell "$(order "$@")"; return ;;
    esac
    again || break
  done
  tell "no answer: $1 can't be reached"
}

# shellcheck disable=SC2086 # names of hosts, by ordinal
set -- $SERVERS
case $word in
  failover)
    said=
    while :; do
      for server in "$@"; do
        answer=$(cli 5 "$server" ROLE)
        case $answer in
          *master*) tell "$(order "$server" failover "$argument")"; exit "$outcome" ;;
          *WRONGPASS* | *NOAUTH*) said='they refuse the password'; break 2 ;;
          'pid '*[!0-9]*) said="$server says \"$(printf '%s\n' "$answer" | sed -n 2p)\"" ;;
        esac
      done
      again || break
    done
    echo "no answer: none of the servers says that it is the master${said:+: $said}"
    exit 69
    ;;
  rebuild)
    if [ -z "$argument" ] || [ "$argument" -ge $# ]; then echo "$0: rebuild needs the ordinal of a server" >&2; exit 64; fi
    shift "$argument"
    order_to "$1" rebuild ''
    ;;
  *)
    # each agent has to know: any of them may be the next master's
    for server in "$@"; do order_to "$server" "$word" "$argument"; done
    ;;
esac
exit "$outcome"
