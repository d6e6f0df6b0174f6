#!/usr/bin/env bash
# Unpacks MicroPython's sources from Debian's packages as they came; fetches nothing.
#
#   debian_unpack.sh FOLDER      FOLDER/packages: to FOLDER/micropython
set -euo pipefail
tool=debian
. "$(dirname "$0")/debian.sh"
need xz xz-utils; need bzip2 bzip2
debian_unpack "$(realpath "$1")"
