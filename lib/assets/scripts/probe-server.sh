#!/bin/sh
# Probes of the server. usage: probe-server.sh ready|alive
# ready: loaded, and either master or a replica whose link to the master is up. alive: it answers, even if only "LOADING",
# or that it has no room for one more client: a restart would hand its clients to the next master. Nor does one give it room on
# its disk (MISCONF): its memory may be all that has the writes since its last snapshot.
# By the Unix socket: an expired certificate must not end a server.
# env: CLI_BIN RUN_DIR PASSWORD_FILE (not set without a password)
set -eu
if [ -n "${PASSWORD_FILE:-}" ]; then
  # a key that is removed from the Secret must not end what runs
  REDISCLI_AUTH=$(cat "$PASSWORD_FILE" 2>/dev/null) || true
  export REDISCLI_AUTH
fi
ask() { "$CLI_BIN" -s "$RUN_DIR/server.sock" "$@" 2>&1; }

# Of a server that keeps nothing: the snapshot that it was started with is not its data any more.
drop_loaded() { [ ! -f "$RUN_DIR/loaded" ] || { rm -f "$(cat "$RUN_DIR/loaded")" && rm -f "$RUN_DIR/loaded"; } || true; }

case $1 in
  alive)
    # no server yet: scripts look at its data
    if [ -e "$RUN_DIR/preparing" ]; then exit 0; fi
    answer=$(ask PING) || true
    # the data is loaded: see start-server.sh
    case $answer in *PONG*) rm -f "$RUN_DIR/starting" ;; esac
    case $answer in
      *PONG* | *LOADING* | *MASTERDOWN* | *BUSY* | *NOAUTH* | *WRONGPASS* | *MISCONF* | *'max number of clients'*) exit 0 ;;
    esac
    echo "no answer to PING: $answer"
    exit 1
    ;;
  ready)
    answer=$(ask INFO replication | tr -d '\r') || true
    case $answer in
      *role:master*)
        # with no change since, it is all that there is of data that somebody put there
        if [ -f "$RUN_DIR/loaded" ] && ask INFO persistence | grep -q '^rdb_changes_since_last_save:[1-9]'; then drop_loaded; fi
        exit 0
        ;;
      *master_link_status:up*)
        drop_loaded
        exit 0
        ;;
      *role:slave*) echo "the link to the master is down" ;;
      *) echo "not ready: $(printf %s "$answer" | head -n 1)" ;;
    esac
    exit 1
    ;;
  *)
    echo "usage: $0 ready|alive" >&2
    exit 2
    ;;
esac
