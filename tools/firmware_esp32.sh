# Sourced by firmware.sh for a board of MicroPython's esp32 port; fetches and flashes nothing.
#
# ESP-IDF is Espressif's own build, in no Debian package: the tree and it are the user's. Leaves
# OUT/firmware.bin, which esptool writes to 0x1000 (an ESP32-S3's of 8 MB to 0x0), and OUT/firmware.json.

if [ -z "$tree" ]; then
  fail "Debian's MicroPython has no ESP-IDF for $1; name a source tree: MICROPYTHON=path"
fi
[ -d "$tree/ports/esp32" ] ||
  fail "$tree is no MicroPython source tree (it has no ports/esp32)"
command -v idf.py > /dev/null ||
  fail "idf.py is missing; enter ESP-IDF first: . esp-idf/export.sh (ports/esp32/README.md says which)"
[ -e "$tree/lib/micropython-lib/README.md" ] ||
  fail "$tree is without its submodules; fetch them: make -C $tree/ports/esp32 submodules"
! has_a_space || build_from_a_copy "$1"

work="$out/$name"
log="$work/build.log"
mkdir -p "$work"
# The IDF reads its defaults once: what was configured otherwise starts afresh.
configured="$root $work $tree $(cat "$0" "$here/firmware_esp32.sh" "$board"/{mpconfig*,sdkconfig.board,*.csv} \
  "$root"/boards/*/production/*.h | sha256sum)"
[ "$(cat "$work/configured" 2> /dev/null)" = "$configured" ] ||
  rm -rf "$work/cmake"
echo "$configured" > "$work/configured"
port=(make -C "$tree/ports/esp32" "BOARD=$1" "BOARD_DIR=$board" "BUILD=$work/cmake")
# MicroPython's own word for another image of the same board: mpconfigvariant_PRODUCTION.cmake.
[ -z "${PRODUCTION:-}" ] || port+=(BOARD_VARIANT=PRODUCTION)
[ -z "${STOCK:-}" ] || port=(make -C "$tree/ports/esp32" "BOARD=$1" "BUILD=$work/cmake")
if ! { make -C "$tree/mpy-cross" && "${port[@]}"; } > "$log" 2>&1; then
  tail -n 20 "$log" >&2
  fail "the build failed; its last lines are above, all of them in $log"
fi
# The application's own bytes; firmware.bin holds the bootloader and the table as well.
size=$(stat -c %s "$work/cmake/micropython.bin")
room=$((0x1F0000))  # `factory` in partitions.csv
[ "$size" -le "$room" ] || fail "the image has $size bytes, $((size - room)) more than its room"
version=$(sed -n 's/^#define MICROPY_GIT_TAG "\(.*\)"$/\1/p' "$work/cmake/genhdr/mpversion.h")
cp "$work/cmake/firmware.bin" "$out/$name.bin"
cat > "$out/$name.json" << END
{
 "board": "$1",
 "image": "$name",
 "micropython": "$version",
 "image_bytes": $size,
 "free_flash_bytes": $((room - size)),
 "sha256": {"bin": "$(sha256sum < "$out/$name.bin" | cut -d ' ' -f 1)"}
}
END
echo "firmware: $2/$name.bin, MicroPython $version, $size bytes, $((room - size)) of flash free"
