#!/usr/bin/env bash
# Builds the 32-bit, single-float unix port (what the boards really are). Usage: micropython32.sh OUT [SOURCE_TREE]
# Without a MicroPython source tree it takes Debian's source packages (suite trixie, MicroPython 1.25.0).
set -euo pipefail
out=$(realpath -m "$1"); tree=${2:-}
[ -x "$out/micropython" ] && { echo "micropython32: $out/micropython is there already"; exit 0; }
need() { command -v "$1" >/dev/null || { echo "micropython32: $1 is missing; install it with: sudo apt-get install $2" >&2; exit 2; }; }
need gcc gcc; need make make; need python3 python3
echo 'int main(void){return 0;}' | gcc -m32 -x c -o /dev/null - 2>/dev/null ||
  { echo "micropython32: gcc cannot build 32-bit programs; install: sudo apt-get install gcc-multilib" >&2; exit 2; }
mkdir -p "$out/src"; cd "$out/src"

# Debian's sources, through a source list of our own so that the machine's lists stay as they are.
debian_sources() {
  need dpkg-source dpkg-dev
  local suite=trixie apt
  mkdir -p lists/partial
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    sed "/^\$/,\$d; s/^Types:.*/Types: deb-src/; s/^Suites:.*/Suites: $suite/" \
      /etc/apt/sources.list.d/debian.sources > "$suite.sources"
  else
    grep -m1 '^deb ' /etc/apt/sources.list |
      sed "s/^deb /deb-src /; s/ [a-z]* main.*/ $suite main/" > "$suite.list"
  fi
  apt="apt-get -qq -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$PWD"
  apt="$apt -o Dir::State::Lists=$PWD/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root"
  $apt update
  $apt source --download-only micropython mbedtls
  for archive in *.orig.tar.*; do tar xf "$archive"; done
  tree=$(echo "$PWD"/micropython-*/); tree=${tree%/}
  rm -rf "$tree/lib/mbedtls"; ln -s "$PWD"/mbedtls-*[0-9] "$tree/lib/mbedtls"
  mkdir -p "$tree/lib/micropython-lib"; touch "$tree/lib/micropython-lib/README.md"
}

[ -n "$tree" ] && [ -d "$tree/ports/unix" ] || {
  [ -z "$tree" ] || { echo "micropython32: $tree is no MicroPython source tree (no ports/unix in it)" >&2; exit 2; }
  debian_sources
}
printf 'include("$(MPY_DIR)/extmod/asyncio")\n' > manifest.py
make -s -j"$(nproc)" -C "$tree/mpy-cross"
make -s -j"$(nproc)" -C "$tree/ports/unix" MICROPY_FORCE_32BIT=1 MICROPY_SSL_MBEDTLS=1 MICROPY_PY_BTREE=0 \
  MICROPY_PY_FFI=0 CFLAGS_EXTRA="-DMICROPY_FLOAT_IMPL=MICROPY_FLOAT_IMPL_FLOAT" \
  FROZEN_MANIFEST="$PWD/manifest.py" BUILD="$out/obj"
cp "$out/obj/micropython" "$out/micropython"
rm -rf "$out/src" "$out/obj"
"$out/micropython" -c 'import sys; print("micropython32:", sys.version)'
