#!/usr/bin/env bash
# Builds the native module as .mpy files, the same bytes wherever and whenever; installs nothing.
#
#   build.sh OUT [SOURCE_TREE]
#
# leaves OUT/x64/wattseal_p256.mpy and OUT/armv6m/wattseal_p256.mpy. PYTHON: one with pyelftools.
# Without a MicroPython source tree it takes the one in DEBIAN, beside OUT unless set, where
# firmware.sh leaves it, or else fetches Debian's (SUITE=forky) and throws it away. Writes below
# OUT alone.
set -euo pipefail
tool=native
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/../debian.sh"

[ $# -ge 1 ] && [ -n "$1" ] || fail "say where to: build.sh OUT [SOURCE_TREE]"
out=$(realpath -m "$1")
tree=${2:+$(realpath -m "$2")}
suite=${SUITE:-forky}
python=${PYTHON:-python3}
python=$(realpath -s "$(command -v "$python" || echo "$python")")

missing=
for pair in gcc=gcc arm-none-eabi-gcc=gcc-arm-none-eabi; do
  command -v "${pair%=*}" > /dev/null || missing+=" ${pair#*=}"
done
arm-none-eabi-gcc -x c -fsyntax-only - <<< '#include <string.h>' 2> /dev/null ||
  missing+=" libnewlib-arm-none-eabi"
"$python" -c 'import elftools' 2> /dev/null || missing+=" python3-pyelftools"
[ -z "$missing" ] || fail "the native module needs more packages: sudo apt-get install$missing"

sources=$("$python" -B "$here/../image_sources.py" native) # first: what changes meanwhile is stale
rm -f "$out/sources.sha256"
work="$out/work"
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
if [ -z "$tree" ]; then
  tree="${DEBIAN:-$(dirname "$out")/debian-$suite}/micropython"
  [ -d "$tree" ] || { debian_sources "$suite" "$work/debian"; tree="$work/debian/micropython"; }
fi
[ -e "$tree/py/dynruntime.h" ] ||
  fail "$tree is no MicroPython source tree (it has no py/dynruntime.h)"

# Neither libgcc nor the C library is there for what MicroPython loads: no jump tables' helper, no
# memcpy or memset made of a loop.
flags=(-std=c99 -Wall -Wextra -Wno-unused-parameter -Werror -fpic -fno-common -fvisibility=hidden
  -fno-jump-tables -fno-tree-loop-distribute-patterns -U_FORTIFY_SOURCE
  -DNDEBUG -DNO_QSTR -DMICROPY_ENABLE_DYNRUNTIME -DMP_CONFIGFILE='<config.h>'
  -I. -I"$here" -I"$tree")

# one ARCHITECTURE COMPILER FLOAT SOURCES FLAG...
one() {
  local architecture=$1 compiler=$2 float=$3 sources=$4 source objects=()
  shift 4
  mkdir -p "$work/$architecture" "$out/$architecture"
  cd "$work/$architecture"
  link() { "$python" -B "$tree/tools/mpy_ld.py" --arch "$architecture" "$@"; }
  link --preprocess -o config.h "$here/module.c"
  for source in module.c points.c inverse.c nonce.c sha256.c field.c $sources; do
    "$compiler" "${flags[@]}" -DMICROPY_FLOAT_IMPL="MICROPY_FLOAT_IMPL_$float" "$@" \
      -c "$here/$source" -o "${source%.*}.o"
    objects+=("${source%.*}.o")
  done
  link --qstrs config.h -o wattseal_p256.mpy "${objects[@]}" > link.log || fail "$(cat link.log)"
  mv wattseal_p256.mpy "$out/$architecture"
  echo "native: $architecture, $(stat -c %s "$out/$architecture/wattseal_p256.mpy") bytes"
}

one x64 gcc DOUBLE field_portable.c -O3 -fno-tree-vectorize -fno-stack-protector
one armv6m arm-none-eabi-gcc FLOAT "field_thumb.S product_thumb.S reduce_thumb.S" \
  -O2 -mthumb -mcpu=cortex-m0plus
echo "$sources" > "$out/sources.sha256"
