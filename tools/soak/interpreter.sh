#!/usr/bin/env bash
# Builds the 32-bit unix port with the firmware frozen in, as a board's image has it; runs nothing.
#
#   interpreter.sh OUT [SOURCE_TREE]
#
# leaves OUT/micropython; does nothing when it is there and no source has changed. MicroPython's
# sources are those of our image for the RP2040 (tools/firmware.sh), in DEBIAN, build/debian-SUITE
# unless set, or fetched below OUT once. Writes below OUT alone; a checkout with a space in its path
# builds in a copy below TMPDIR.
set -euo pipefail
tool=soak
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../debian.sh"

[ $# -ge 1 ] && [ -n "$1" ] || fail "say where to: interpreter.sh OUT [SOURCE_TREE]"
root=$(realpath "$here/../..")
out=$(realpath -m "$1")
suite=${SUITE:-forky}
[ -z "${DEBIAN:-}" ] || DEBIAN=$(realpath -m "$DEBIAN")
tree=${2:+$(realpath -m "$2")}
# make knows no path with a space in it: such a checkout builds in a copy of itself.
case "$root$out" in
  *[[:space:]]*)
    . "$here/../copy_place.sh"
    images=$(copy_place)
    copy="$images-soak"
    own_folder "$images"
    own_folder "$copy"
    mkdir -p "$copy"/{build,host_tests} "$out"
    for part in firmware boards tools host_tests/support build/lib build/comb; do
      rm -rf "${copy:?}/$part"
      cp -rp "$root/$part" "$copy/$part"
    done
    export DEBIAN=${DEBIAN:-$images/build/debian-$suite}
    (cd "$copy" && bash tools/soak/interpreter.sh build/soak/frozen "$tree") || exit
    cp "$copy/build/soak/frozen/micropython" "$out/micropython.new"
    mv "$out/micropython.new" "$out/micropython"
    exit
    ;;
esac
mkdir -p "$out"

cd "$root"
sources() { find -H firmware boards build/lib build/comb host_tests/support tools/soak "$@" -type f; }
state="$tree $(sources -name '*.py' -o -name '*.sh' | LC_ALL=C sort | xargs sha256sum | sha256sum)"
if [ -x "$out/micropython" ] && [ "$(cat "$out/state" 2> /dev/null)" = "$state" ]; then
  exit 0
fi
need gcc gcc; need make make; need python3 python3
echo 'int main(void) { return 0; }' | gcc -m32 -x c -o /dev/null - 2> /dev/null ||
  fail "gcc cannot build 32-bit programs; install: sudo apt-get install gcc-multilib"
if [ -z "$tree" ]; then
  tree="${DEBIAN:-$root/build/debian-$suite}/micropython"
  [ -d "$tree" ] || tree="$out/debian/micropython"
  [ -d "$tree" ] || debian_sources "$suite" "$out/debian"
fi
[ -d "$tree/ports/unix" ] || fail "$tree is no MicroPython source tree (it has no ports/unix)"
[ -d "$tree/lib/mbedtls/library" ] ||
  fail "$tree is without its submodules; fetch them: make -C $tree/ports/unix submodules"

# For speed: neither position-independent nor with threads, and attributes are found by a larger
# cache, which is not in the heap. -O3 has warnings of its own.
flags="-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_FLOAT -DMICROPY_OPT_MAP_LOOKUP_CACHE_SIZE=4096"
flags+=" -O3 -Wno-error -fno-pie -fno-stack-protector ${EXTRA:-}"
# What was configured for another tree or otherwise starts afresh.
configured="$tree $flags"
[ "$(cat "$out/configured" 2> /dev/null)" = "$configured" ] || rm -rf "$out"/{unix,mpy-cross}
echo "$configured" > "$out/configured"
# MicroPython goes by dates, which miss a module that left the manifest.
rm -rf "$out"/unix/frozen_{content.c,mpy}
cross="$out/mpy-cross/mpy-cross"
export GIT_CEILING_DIRECTORIES="${tree%/*}"
shown=${out#"$root"/}
echo "soak: building $shown/micropython, with the firmware frozen in"
make -s -j"$(nproc)" -C "$tree/mpy-cross" BUILD="$out/mpy-cross" > "$out/build.log" 2>&1 &&
make -s -j"$(nproc)" -C "$tree/ports/unix" BUILD="$out/unix" \
  FROZEN_MANIFEST="$here/manifest.py" \
  MICROPY_MPYCROSS="$cross" MICROPY_MPYCROSS_DEPENDENCY="$cross" \
  MICROPY_FORCE_32BIT=1 MICROPY_SSL_MBEDTLS=1 MICROPY_PY_BTREE=0 MICROPY_PY_FFI=0 \
  MICROPY_PY_THREAD=0 CFLAGS_EXTRA="$flags" LDFLAGS_EXTRA=-no-pie \
  >> "$out/build.log" 2>&1 || {
  tail -n 20 "$out/build.log" >&2
  fail "the build failed; its last lines are above, all of them in $shown/build.log"
}
cp "$out/unix/micropython" "$out/micropython.new"
mv "$out/micropython.new" "$out/micropython"  # a run may be under way with the one before
echo "$state" > "$out/state"
