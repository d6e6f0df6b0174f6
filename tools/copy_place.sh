# Sourced by what builds in a copy of a checkout whose path make cannot read; copies nothing.
#
# The copy has the same place each time, so that what is up to date there is not built again; its
# name is therefore known to others on this machine (tools/release/sources.py computes it as well).
# Whoever sources this sets `root`, and has `fail` of debian.sh.

copy_place() { echo "${TMPDIR:-/tmp}/wattseal-$(id -u)-$(cksum <<< "$root" | cut -d ' ' -f 1)"; }

# own_folder FOLDER: makes it for this user alone. What is in it will be run: one that another has
# made, or may write in, is refused.
own_folder() {
  case "$1" in *[[:space:]]*) fail "TMPDIR has a space in it, which make cannot read" ;; esac
  mkdir -p "$(dirname "$1")"
  ! mkdir -m 700 "$1" 2> /dev/null || return 0
  [ -d "$1" ] && [ ! -L "$1" ] && [ "$(stat -c %u "$1")" = "$(id -u)" ] &&
    [ $((0$(stat -c %a "$1") & 022)) = 0 ] ||
    fail "$1 is another user's, or others may write in it, and its code would be run; remove it, or set TMPDIR to a folder of your own"
}
