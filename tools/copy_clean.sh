#!/usr/bin/env bash
# Removes the copy that a checkout with a space in its path was built in; nothing of another user's.
set -euo pipefail
tool=clean
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
. "$here/debian.sh"
. "$here/copy_place.sh"
copy=$(copy_place)
[ -d "$copy" ] && [ ! -L "$copy" ] && [ "$(stat -c %u "$copy")" = "$(id -u)" ] || exit 0
rm -rf "$copy"
echo "rm -rf $copy"
