#!/usr/bin/env bash
# Builds an image a second time, in another folder from copies of everything, and compares the bytes.
#
#   reproduce.sh BOARD      after `make setup`; exit 1 when a byte differs
set -euo pipefail
cd "$(dirname "$0")/.."
board=${1:?say which board: reproduce.sh BOARD}
suite=${SUITE:-forky}
image=build/$board/firmware.bin
STOCK='' bash tools/firmware.sh "$board" "build/$board"
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
mkdir -p "$elsewhere/a/checkout/build" "$elsewhere/packages"
cp -r firmware boards tools "$elsewhere/a/checkout"
cp -r build/lib build/comb "$elsewhere/a/checkout/build"
cp -r "build/debian-$suite/micropython" "$elsewhere/packages"
STOCK='' DEBIAN="$elsewhere/packages" \
  bash "$elsewhere/a/checkout/tools/firmware.sh" "$board" "$elsewhere/out" > /dev/null
for end in bin uf2 json; do
  cmp "build/$board/firmware.$end" "$elsewhere/out/firmware.$end" || exit 1
done
echo "reproduce: two folders, the same bytes: $(sha256sum < "$image" | cut -d ' ' -f 1)"
