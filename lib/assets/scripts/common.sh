#!/bin/sh
# Functions of the start scripts. Sourced, not run.

log() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${0##*/}" "$*" >&2; }

# Has signals end this script at once: as the first process of a container a shell passes over them, and a pod that is deleted would stay for its whole grace
# period. A command that runs in front is waited for, and parentheses are one: what must not be torn. usage: end_on SIGNAL...
end_on() {
  attended=
  trap 'if [ -n "$attended" ]; then kill "$attended" 2>/dev/null || true; wait "$attended" || true; fi; exit 143' "$@"
}

# Runs a command that may take long, and that such a signal ends too. usage: attend COMMAND...
attend() {
  "$@" &
  attended=$!
  code=0; wait "$attended" || code=$?
  attended=
  return "$code"
}

# Ends where pod and workload were renamed after the manifests were made: members, HAProxy and clients find each other by the names that were made.
# A pod is named after its workload: WORKLOAD-0 of a StatefulSet, WORKLOAD-6d4cf56db6-x7k2p of a Deployment (never an ordinal after a dash). Pods of a revision without WORKLOAD read this file too.
check_names() {
  [ -n "${WORKLOAD:-}" ] || return 0
  rest=${POD_NAME#"$WORKLOAD"-}
  case $rest in
    "$POD_NAME" | *-*-* | *-? | *-??)
      log "this pod is $POD_NAME, and should be one of $WORKLOAD: something renamed the objects, like namePrefix or nameSuffix of kustomize. Leave that out, and give RedisHa the prop 'name'"
      exit 78 # EX_CONFIG
      ;;
  esac
}

# The name of a Service here as DNS of the cluster has it, to its end: for one that it does not know for a moment a wildcard in a domain of the node would answer. env: RESOLV_CONF
absolute() { awk -v name="$1" '$1 == "search" && name !~ /[.:]/ { for (i = 2; i <= NF; i++) if ($i ~ /^[^.]+\.svc\./) { name = name "." $i "."; exit } } END { print name }' "${RESOLV_CONF:-/etc/resolv.conf}" 2>/dev/null || printf %s "$1"; }
# ClusterIP of a Service, or nothing. Of a dual-stack Service, the address of IP_FAMILY (4 or 6; the first one if unset).
lookup() { getent ahosts "$(absolute "$1")" | awk -v family="${IP_FAMILY:-}" 'family == "" || ((family == 6) == ($1 ~ /:/)) { print $1; exit }'; }

# The same in "$address", once the name resolves; or at once what it was before the container ended, which is right unless the Service was made anew: no DNS
# must be needed where nothing has changed. usage: resolve NAME [FORMER]; env: RUN_DIR (containers of a pod have it in common)
resolve() {
  answer=$RUN_DIR/${0##*/}.address
  waited=0
  while :; do
    # a DNS that is away holds it up for a minute
    attend lookup "$1" >"$answer" || true
    address=$(cat "$answer"); rm -f "$answer"
    if [ -z "$address" ] && [ -n "${2:-}" ]; then
      log "the name $1 does not resolve, and keeps $2"
      address=$2
    fi
    [ -z "$address" ] || return 0
    [ $((waited % 50)) -eq 0 ] && log "waiting for the name $1 to resolve"
    waited=$((waited + 1))
    sleep 0.2
  done
}

# Whether a file is text in UTF-8. usage: is_utf8 FILE
is_utf8() { { od -An -v -tx1 "$1" | tr -d ' \n'; echo; } | grep -Eqx '([0-7].|((c[2-9a-f]|d.)|(e0[ab].|ed[89].|e[1-9abcef][89ab].)|(f0[9ab].|f[123][89ab].|f48.)[89ab].)[89ab].)*'; }

# What is wrong with a password in a file; nothing where nothing is. That of the user "default" is known to Sentinels, which write it into their own files as it is:
# a second line would be a directive there, and be logged. Newer ones refuse all control characters. Agents, like most clients,
# have none that is no UTF-8. usage: problem_of FILE USER
problem_of() {
  if [ ! -e "$1" ]; then
    printf missing
  elif [ -z "$(cat "$1" 2>/dev/null)" ]; then
    printf empty
  elif [ "$2" = default ] && { [ -n "$(LC_ALL=C tr -d '\n\040-\176\200-\377' <"$1" | tr '\000' x)" ] || [ "$(printf %s "$(cat "$1")" | wc -l)" -gt 0 ]; }; then
    printf 'no password: it has several lines or other control characters'
  elif ! is_utf8 "$1"; then
    printf 'no password: it has bytes that are no UTF-8'
  fi
}

# Waits until the Secret has a password, and says what is wrong: a container that ends would only be started again, ever more rarely.
# usage: await_password FILE [USER, whose it is]
await_password() {
  said=
  while problem=$(problem_of "$1" "${2:-}") && [ -n "$problem" ]; do
    [ "$problem" = "$said" ] || log "waiting for the password: the Secret's key \"${1##*/}\" is $problem"
    said=$problem
    sleep 1
  done
}

# Waits until the Secret has a key that can be read: of one with a passphrase servers and HAProxy only say that there is none. usage: await_key FILE (may be missing)
await_key() {
  if grep -qs ENCRYPTED "$1"; then log "waiting for a key: the Secret's ${1##*/} has a passphrase, which nobody can enter here; openssl pkey removes it"; fi
  while grep -qs ENCRYPTED "$1"; do sleep 1; done
}

# Hashes of the accepted passwords, as ACL rules: that of the Secret and, while it is rotated, that of the key with "-alternate".
# A newline at the end does not belong to a password, but clients that get the Secret as a variable send it.
accepted() {
  for file in "$1" "$1-alternate"; do
    [ -n "$(cat "$file" 2>/dev/null)" ] || continue
    plain=$(printf %s "$(cat "$file")" | sha256sum | cut -d' ' -f1)
    whole=$(sha256sum <"$file" | cut -d' ' -f1)
    printf '#%s ' "$plain"
    [ "$whole" = "$plain" ] || printf '#%s ' "$whole"
  done
}

# "loadmodule" for each module that the entrypoint of the official image would load. usage: modules DIR
modules() {
  loaded=
  for module in "$1"/*.so; do
    if [ -f "$module" ] && [ -s "$module" ] && [ -r "$module" ] && [ -x "$module" ]; then
      printf 'loadmodule %s\n' "$module"
      loaded="$loaded ${module##*/}"
    fi
  done
  if [ -n "$loaded" ]; then log "loading modules:$loaded"; else log "WARNING: there are no modules in $1: this image bundles none"; fi
}

# A value for redis.conf, of any bytes: hexadecimal escapes in double quotes.
quoted() { printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"; }
