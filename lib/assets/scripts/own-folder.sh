#!/bin/sh
# Ends where another namespace's server of this name has its data in this folder: a folder of a node is no namespace's own.
# usage: own-folder.sh DIR OWNER. env: CONFIG_DIR
# exit code: 78 (EX_CONFIG) if it is another one's
set -eu

# shellcheck source=lib/assets/scripts/common.sh
. "$CONFIG_DIR/common.sh"

file=$1/.redis-ha-owner
# Of two that start at once the link decides, which one alone can make. Where there can't be one (a full disk, no right to write) the folder is nobody's.
(umask 022 && printf '%s\n' "$2" >"$file.$$" && ln "$file.$$" "$file") 2>/dev/null || true
rm -f "$file.$$"
if [ ! -e "$file" ] || [ "$(cat "$file")" = "$2" ]; then exit 0; fi
log "REFUSED: this folder of the node has the data of $(cat "$file"), and this server is $2. Nothing was changed: give Persistence.hostPath another path, or" \
  "where that server is gone for good remove the folder, or only its file ${file##*/} to begin with the data"
exit 78
