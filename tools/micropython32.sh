#!/usr/bin/env bash
# Builds the 32-bit, single-float unix port of MicroPython: what the boards really are, on a PC.
#
#   micropython32.sh OUT [SOURCE_TREE]
#
# leaves OUT/micropython; does nothing when it is there. Without a MicroPython source tree it takes
# Debian's source packages (suite trixie: MicroPython 1.25.0), whatever Debian this machine runs.
# Writes below OUT alone (and in a temporary folder when OUT has a space in it), the source tree and the machine's own source lists stay as they are.
set -euo pipefail
suite=trixie

tool=micropython32
. "$(dirname "$0")/debian.sh"

[ $# -ge 1 ] && [ -n "$1" ] || fail "say where to: micropython32.sh OUT [SOURCE_TREE]"
out=$(realpath -m "$1")
tree=${2:+$(realpath -m "$2")}
if [ -x "$out/micropython" ]; then
  echo "micropython32: $out/micropython is there already"
  exit 0
fi
need gcc gcc; need make make; need python3 python3
echo 'int main(void) { return 0; }' | gcc -m32 -x c -o /dev/null - 2>/dev/null ||
  fail "gcc cannot build 32-bit programs; install: sudo apt-get install gcc-multilib"

mkdir -p "$out"
work="$out/work"
case "$work" in *[[:space:]]*) work=$(mktemp -d) ;; esac  # MicroPython's make knows no spaces
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cd "$work"
if [ -z "$tree" ]; then
  debian_sources "$suite" "$work/debian"
  tree="$work/debian/micropython"
elif [ ! -d "$tree/ports/unix" ]; then
  fail "$tree is no MicroPython source tree (it has no ports/unix)"
elif [ ! -d "$tree/lib/mbedtls/library" ]; then
  fail "$tree is without its submodules; fetch them: make -C $tree/ports/unix submodules"
fi

printf 'include("$(MPY_DIR)/extmod/asyncio")\n' > manifest.py
make -s -j"$(nproc)" -C "$tree/mpy-cross" BUILD="$work/mpy-cross" > build.log 2>&1 &&
make -s -j"$(nproc)" -C "$tree/ports/unix" BUILD="$work/unix" FROZEN_MANIFEST="$work/manifest.py" \
  MICROPY_MPYCROSS="$work/mpy-cross/mpy-cross" MICROPY_MPYCROSS_DEPENDENCY="$work/mpy-cross/mpy-cross" \
  MICROPY_FORCE_32BIT=1 MICROPY_SSL_MBEDTLS=1 MICROPY_PY_BTREE=0 MICROPY_PY_FFI=0 \
  CFLAGS_EXTRA="-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_FLOAT ${EXTRA:-}" >> build.log 2>&1 || {
  tail -n 20 build.log >&2
  fail "the build failed; its last lines are above"
}
mv "$work/unix/micropython" "$out/micropython"
"$out/micropython" -c 'import sys; print("micropython32:", sys.version, "maxsize", sys.maxsize)'
