#!/usr/bin/env bash
# Builds a board's image with MicroPython, the same bytes wherever and whenever; flashes no device.
#
#   firmware.sh BOARD OUT [SOURCE_TREE]      STOCK=1: MicroPython without anything of ours
#                                            PRODUCTION=1: ours, without a Python prompt
#
# leaves OUT/firmware.uf2, .bin and .json (or stock.*, production.*); what is up to date is not built again.
# Without a MicroPython source tree it takes Debian's packages (SUITE=forky: MicroPython 1.26.1),
# fetched once into DEBIAN, beside OUT unless set. Writes there and below OUT alone.
set -euo pipefail
tool=firmware
here=$(cd "$(dirname "$0")" && pwd)
. "$here/debian.sh"

[ $# -ge 2 ] && [ -n "$2" ] || fail "say what and where to: firmware.sh BOARD OUT [SOURCE_TREE]"
root=$(dirname "$here")
board="$root/boards/$1"
out=$(realpath -m "$2")
tree=${3:+$(realpath -m "$3")}
suite=${SUITE:-forky}
debian=${DEBIAN:-$(dirname "$out")/debian-$suite}
name=firmware
manifest=manifest.py
[ -z "${PRODUCTION:-}" ] || { name=production; manifest=production/manifest.py; }
[ -z "${STOCK:-}" ] || { name=stock; manifest=stock/manifest.py; }

[ -e "$board/mpconfigboard.cmake" ] ||
  fail "there are no C-side files for the board $1, so no image; RPI_PICO has them"

[ -z "${PRODUCTION:-}" ] || [ -z "${STOCK:-}" ] ||
  fail "STOCK=1 and PRODUCTION=1 are two images; name one of them"
[ -z "${PRODUCTION:-}" ] || [ -e "$board/$manifest" ] ||
  fail "there is no image without a prompt for the board $1: it has no $manifest"

# make and cmake know no path with a space in it: such a checkout is built from a copy of itself.
build_from_a_copy() {
  local copy part
  . "$here/copy_place.sh"
  copy=$(copy_place)
  own_folder "$copy"
  mkdir -p "$copy/build"
  for part in firmware boards tools build/lib build/comb; do
    rm -rf "${copy:?}/$part"
    cp -rp "$root/$part" "$copy/$part"
  done
  (cd "$copy" && bash tools/firmware.sh "$1" "build/$1" "$tree") || exit
  mkdir -p "$out"
  cp "$copy/build/$1/$name".{bin,json} "$out"
  [ ! -e "$copy/build/$1/$name.uf2" ] || cp "$copy/build/$1/$name.uf2" "$out"  # an ESP32 has none
  exit
}
has_a_space() { case "$root$out" in *[[:space:]]*) ;; *) false ;; esac }

if [ -e "$board/sdkconfig.board" ]; then
  . "$here/firmware_esp32.sh"
  exit
fi
[ -z "${STOCK:-}" ] || [ -e "$board/$manifest" ] ||
  fail "there is no stock image for the board $1: it has no $manifest; MicroPython's own serves"

# A network's sources are submodules that Debian's package is without.
network=
case "$(< "$board/mpconfigboard.cmake")" in
  *MICROPY_PY_NETWORK_CYW43*) network="lib/lwip/src lib/cyw43-driver/src" ;;
  *MICROPY_PY_NETWORK_WIZNET5K*) network="lib/lwip/src lib/wiznet5k/Ethernet" ;;
esac
[ -z "$network" ] || [ -n "$tree" ] ||
  fail "Debian's MicroPython is without what $1 needs ($network); name a source tree: MICROPYTHON=path"

# Everything that is missing in one sentence.
packages=
pairs="arm-none-eabi-gcc=gcc-arm-none-eabi cmake=cmake make=make gcc=gcc python3=python3"
[ -n "$tree" ] || [ -d "$debian/micropython" ] ||
  pairs+=" dpkg-source=dpkg-dev xz=xz-utils bzip2=bzip2"
# A tool of the SDK assembles the radio's bus, a PIO program; it is built for this machine.
case "$network" in *cyw43*) pairs+=" g++=g++" ;; esac
for pair in $pairs; do
  command -v "${pair%=*}" > /dev/null || packages+=" ${pair#*=}"
done
arm() { arm-none-eabi-g++ -x c++ -fsyntax-only "$@" - 2> /dev/null; }
arm <<< '#include <stdint.h>' || packages+=" libnewlib-arm-none-eabi"
arm <<< '#include <cstdint>' || packages+=" libstdc++-arm-none-eabi-newlib"
[ -z "$packages" ] || fail "the build needs more packages: sudo apt-get install$packages"

if [ -n "$tree" ]; then
  [ -d "$tree/ports/rp2" ] || fail "$tree is no MicroPython source tree (it has no ports/rp2)"
  [ -e "$tree/lib/pico-sdk/pico_sdk_init.cmake" ] && [ -d "$tree/lib/tinyusb/src" ] &&
    [ -d "$tree/lib/mbedtls/library" ] ||
    fail "$tree is without its submodules; fetch them: make -C $tree/ports/rp2 submodules"
  for part in $network; do
    [ -d "$tree/$part" ] ||
      fail "$tree is without $part; fetch it: make -C $tree/ports/rp2 BOARD=$1 submodules"
  done
fi

! has_a_space || build_from_a_copy "$1"

if [ -z "$tree" ]; then
  tree="$debian/micropython"
  mkdir -p "${debian%/*}"
  exec 8> "$debian.lock"  # all images share it
  flock 8
  [ -d "$tree" ] || debian_sources "$suite" "$debian" pico-sdk-source tinyusb-source
fi

sources=$(python3 "$here/image_sources.py" "$name") # first: what changes meanwhile is stale
work="$out/$name"
cross="$work/mpy-cross"
[ "$tree" != "$debian/micropython" ] || cross="$debian/mpy-cross"
log="$work/build.log"
mkdir -p "$work"
exec 9> "$out/.$name.lock"  # a second one waits, and finds it built
flock 9
run() {
  "$@" >> "$log" 2>&1 || {
    grep -v '^\[' "$log" | tail -n 20 | cut -c 1-300 >&2
    fail "the build failed; its last lines are above, all of them in $log"
  }
}

# What a caller has set for a build of his own, and would get into this one.
unset LDFLAGS CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX \
  "${!CMAKE_@}" "${!PICO_@}"
# What would otherwise come from this day, this place or a Git checkout round the tree.
SOURCE_DATE_EPOCH=$(sed -n 's/^BUILT_UTC_S = const(\([0-9]*\))$/\1/p' \
  "$root/firmware/wattseal/core/clock_state.py")
export SOURCE_DATE_EPOCH GIT_CEILING_DIRECTORIES="${tree%/*}" LC_ALL=C TZ=UTC
export MICROPY_MPYCROSS="$cross/mpy-cross"
places="-ffile-prefix-map=$work=/build -ffile-prefix-map=$tree=/micropython"
places+=" -ffile-prefix-map=$board=/board"
[ -z "${STOCK:-}" ] || places+=" -DSTOCK"  # for mpconfigboard.h
[ -z "${PRODUCTION:-}" ] || places+=" -DPRODUCTION"

: > "$log"
# What was configured for another tree, in another place (a copy of it builds what lies there) or
# otherwise starts afresh, and C of other bytes: make would go by dates.
configured="$root $work $tree $(cat "$0" "$board"/mpconfigboard.* "$root"/boards/*/production/*.h \
  "$root"/tools/native/*.* | sha256sum)"
[ "$(cat "$work/configured" 2> /dev/null)" = "$configured" ] ||
  rm -rf "$work/configured" "$work/cmake" "$work/mpy-cross"
run make -s -j"$(nproc)" -C "$tree/mpy-cross" BUILD="$cross"
exec 8>&-  # what others share is there
# MicroPython's linker script keeps its busiest code in RAM, by the names of object files, which not
# every CMake ends in .obj. Our image needs no quick parser, but big numbers: they make signatures.
ram='*gc.c.o* *vm.c.o* *mpz.c.o* *objint_mpz.c.o*'
[ -z "${STOCK:-}" ] || ram='*gc.c.o* *vm.c.o* *parse.c.o*'
sed "s/\*gc\.c\.obj \*vm\.c\.obj \*parse\.c\.obj/$ram/" \
  "$tree/ports/rp2/memmap_mp_rp2040.ld" > "$work/memory.ld"
# Big numbers in machine code, for our image alone. They run from flash: from RAM a signature takes
# 5 % less time, and 6 KB of heap.
modules=(-DUSER_C_MODULES="$root/tools/native/micropython.cmake")
[ -z "${STOCK:-}" ] || modules=()
[ -e "$work/configured" ] || run env CFLAGS="$places" CXXFLAGS="$places" ASMFLAGS="$places" \
  cmake -S "$tree/ports/rp2" -B "$work/cmake" \
  -DMICROPY_BOARD="$1" -DMICROPY_BOARD_DIR="$board" \
  -DMICROPY_FROZEN_MANIFEST="$board/$manifest" \
  -DMICROPY_BOARD_LINKER_SCRIPT="$work/memory.ld" \
  "${modules[@]}" -DPICO_NO_PICOTOOL=1 -DPICO_CLIB=newlib
echo "$configured" > "$work/configured"
# MicroPython goes by dates, which miss a module that left the manifest; all of it takes seconds.
rm -rf "$work"/cmake/frozen_{content.c,mpy}
run make -s -j"$(nproc)" -C "$work/cmake"

image="$work/cmake/firmware"
symbol() { echo $((16#$(arm-none-eabi-nm "$image.elf" | sed -n "s/ . $1\$//p"))); }
[ "$(symbol mp_execute_bytecode)" -ge $((0x20000000)) ] ||
  fail "the busiest code is not in RAM; what does $tree/ports/rp2/memmap_mp_rp2040.ld say?"
storage=$(echo MICROPY_HW_FLASH_STORAGE_BYTES |
  gcc -E -P ${STOCK:+-DSTOCK} -include "$board/mpconfigboard.h" - | tail -n 1)
room=$((2 * 1024 * 1024 - storage))
size=$(stat -c %s "$image.bin")
[ "$size" -le "$room" ] || fail "the image has $size bytes, $((size - room)) more than its room"
run python3 "$tree/tools/uf2conv.py" -b 0x10000000 -f 0xe48bff56 -c -o "$work/image.uf2" "$image.bin"

version=$(sed -n 's/^#define MICROPY_GIT_TAG "\(.*\)"$/\1/p' "$work/cmake/genhdr/mpversion.h")
heap=$(($(symbol __GcHeapEnd) - $(symbol __GcHeapStart)))
sha() { sha256sum < "$1" | cut -d ' ' -f 1; }
cat > "$work/image.json" << END
{
 "board": "$1",
 "image": "$name",
 "micropython": "$version",
 "image_bytes": $size,
 "free_flash_bytes": $((room - size)),
 "heap_bytes": $heap,
 "sources_sha256": "$sources",
 "sha256": {"bin": "$(sha "$image.bin")", "uf2": "$(sha "$work/image.uf2")"}
}
END
cp "$image.bin" "$out/$name.bin"
mv "$work/image.uf2" "$out/$name.uf2"
mv "$work/image.json" "$out/$name.json"
echo "firmware: $2/$name.uf2, MicroPython $version, $size bytes, $((room - size)) of flash free"
