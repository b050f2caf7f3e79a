#!/bin/sh
# Functions that give an order to an agent, for order.sh. Sourced, not run; ends with 69 (EX_UNAVAILABLE) if the password can't be read.
# env: as order.sh has it
# sets: outcome, the exit code for all that was told

password=
if [ -n "${PASSWORD_FILE:-}" ]; then
  password=$(cat "$PASSWORD_FILE") || exit 69
  REDISCLI_AUTH=$password
  export REDISCLI_AUTH
fi

# usage: cli SECONDS HOST ARGUMENT...; a HOST of "-" is the server in this pod
cli() {
  longest=$1
  host=$2
  shift 2
  if [ "$host" = - ]; then
    set -- "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@"
  else
    [ "${TLS_CLIENT:-}" != true ] || set -- --cert "$TLS_DIR/tls.crt" --key "$TLS_DIR/tls.key" "$@"
    [ -z "${TLS_DIR:-}" ] || set -- --tls --cacert "${REDIS_CA_FILE:-$TLS_DIR/ca.crt}" "$@"
    set -- "$CLI_BIN" -h "$host" -p "$SERVER_PORT" "$@"
  fi
  # whoever reads the answer ends it
  sh -c 'echo "pid $$"; exec "$@"' sh timeout "$longest" "$@" 2>&1 </dev/null
}

# usage: order HOST WORD ARGUMENT; prints the answer
order() {
  text=$(date +%s)-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n'):$2:$3
  # the process that it is for: nobody else takes it
  run_id=$(cli 5 "$1" INFO server | sed -n 's/^run_id:\([0-9a-f]*\).*/\1/p')
  # builtins alone see the password
  seal=$(printf '%s:%s:%s:%s' "$password" "$run_id" "$text" "$password" | sha256sum | cut -d' ' -f1)
  cli "${ORDER_SECONDS:-90}" "$1" SUBSCRIBE "redis-ha:order:$text:$seal" | {
    begun=
    pid=
    said=
    while read -r line; do
      case $line in
        'pid '*) pid=${line#pid } ;;
        'begun '*) begun=${line#begun } ;;
        'done '* | 'refused '* | 'failed '*) echo "$line"; kill "$pid" 2>/dev/null; exit 0 ;;
        subscribe | message | redis-ha:order:* | 1 | '') ;;
        *) said=$line ;;
      esac
    done
    # the server ended, as it was to
    if [ -n "$begun" ]; then echo "done $begun"; else echo "no answer${said:+: $said}"; fi
  }
}

outcome=0
# The answer of one server, as a line of output and a part of the exit code.
tell() {
  echo "$1"
  case $1 in
    'done '*) ;;
    'refused '*) [ "$outcome" -ne 0 ] || outcome=65 ;;
    'failed '*) outcome=70 ;;
    *) outcome=69 ;;
  esac
}
