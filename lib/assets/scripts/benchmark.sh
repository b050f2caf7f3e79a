#!/bin/sh
# Measures an installation through its Service, and prints what redis-benchmark or valkey-benchmark prints as CSV. For lib/benchmark.
# env: CLI_BIN BENCHMARK_BIN TESTS CLIENTS REQUESTS PIPELINE VALUE_BYTES KEYS THREADS, and as connectFrom gives them REDIS_HOST REDIS_PORT REDIS_PASSWORD REDIS_TLS
#      REDIS_TLS_SERVER_NAME REDIS_CA_FILE REDIS_CERT_FILE REDIS_KEY_FILE
# exit code: 0 measured, 65 (EX_DATAERR) refused: keys of its own are there already, 69 (EX_UNAVAILABLE) no answer, 70 (EX_SOFTWARE) the benchmark ended early
set -u

stop() {
  echo "benchmark.sh: $1" >&2
  exit "$2"
}

# usage: with_tls PROGRAM ARGUMENT...
with_tls() {
  program=$1
  shift
  [ -z "${REDIS_CERT_FILE:-}" ] || set -- --cert "$REDIS_CERT_FILE" --key "$REDIS_KEY_FILE" "$@"
  [ "${REDIS_TLS:-}" != true ] || set -- --tls --cacert "$REDIS_CA_FILE" --sni "$REDIS_TLS_SERVER_NAME" "$@"
  exec "$program" -h "$REDIS_HOST" -p "$REDIS_PORT" "$@"
}

# As the user default: the password is never an argument. Commands are lines of the standard input.
cli() {
  (
    if [ -n "${REDIS_PASSWORD:-}" ]; then
      REDISCLI_AUTH=$(printf %s "$REDIS_PASSWORD") # without a newline at its end
      export REDISCLI_AUTH
    fi
    with_tls "$CLI_BIN"
  ) 2>&1
}

# usage: each_key COMMAND; prints a line for each 100 keys
each_key() {
  key=0
  while [ "$key" -lt "$KEYS" ]; do
    [ $((key % 100)) -ne 0 ] || printf '%s' "$1"
    printf ' key:%012d' "$key"
    key=$((key + 1))
    [ $((key % 100)) -ne 0 ] && [ "$key" -lt "$KEYS" ] || echo
  done
}

answer=$(echo PING | cli)
[ "$answer" = PONG ] || stop "$REDIS_HOST:$REDIS_PORT does not answer: $answer" 69
writes=
case ,$TESTS, in *,set,*) writes=true ;; esac
if [ "$writes" = true ]; then
  # 0 for each 100 keys
  answer=$(each_key EXISTS | cli | grep -vx 0 | head -n 1)
  case $answer in
    '') ;;
    *[!0-9]*) stop "keys can't be looked for: $answer" 69 ;;
    *) stop "some of the keys key:000000000000 to $(printf 'key:%012d' $((KEYS - 1))) are there already, and would be lost: nothing was measured" 65 ;;
  esac
fi

user=
benchmark=
end() {
  trap - EXIT
  [ -z "$benchmark" ] || kill "$benchmark" 2>/dev/null
  [ -z "$user" ] || echo "ACL DELUSER $user" | cli >/dev/null
  [ "$writes" != true ] || each_key UNLINK | cli >/dev/null
}
trap end EXIT
trap 'exit 143' TERM INT

# It takes a password from its command line only. So it gets one that is good for these keys, until its end.
login=
if [ -n "${REDIS_PASSWORD:-}" ]; then
  user=benchmark-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
  pass=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
  hash=$(printf %s "$pass" | sha256sum | cut -d' ' -f1)
  answer=$(echo "ACL SETUSER $user reset on #$hash ~key:* +get +set +ping" | cli)
  [ "$answer" = OK ] || stop "no user for the benchmark: $answer" 69
  login="--user $user -a $pass"
fi

# with a thread of its own, it is slower than without
parallel=
[ "$THREADS" -eq 1 ] || parallel="--threads $THREADS"

# shellcheck disable=SC2086 # words of ours
with_tls "$BENCHMARK_BIN" $login $parallel -t "$TESTS" -c "$CLIENTS" -n "$REQUESTS" -P "$PIPELINE" -d "$VALUE_BYTES" -r "$KEYS" --csv &
benchmark=$!
wait "$benchmark" || {
  benchmark=
  stop "$BENCHMARK_BIN ended early" 70
}
benchmark=
