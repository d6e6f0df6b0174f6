#!/usr/bin/env bash
# Builds the 32-bit, single-float unix port of MicroPython: what the boards really are, on a PC.
#
#   micropython32.sh OUT [SOURCE_TREE]
#
# leaves OUT/micropython; does nothing when it is there. Without a MicroPython source tree it takes
# Debian's source packages (suite trixie: MicroPython 1.25.0), whatever Debian this machine runs.
# Writes below OUT alone, the source tree and the machine's own source lists stay as they are.
set -euo pipefail
suite=trixie

fail() { echo "micropython32: $1" >&2; exit 2; }
need() { command -v "$1" >/dev/null || fail "$1 is missing; install it with: sudo apt-get install $2"; }

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

# A deb-src list of the suite, made from whichever kind of list this machine has.
source_list() {
  local deb822=/etc/apt/sources.list.d/debian.sources classic=/etc/apt/sources.list
  if [ -s "${APT_DEB822:-$deb822}" ]; then
    # the first stanza; the others are updates and security
    sed "/^\$/,\$d; s/^Types:.*/Types: deb-src/; s/^Suites:.*/Suites: $suite/" \
      "${APT_DEB822:-$deb822}" > "$1/$suite.sources"
  elif grep -qs '^deb .* main' "${APT_CLASSIC:-$classic}"; then
    grep -m1 '^deb .* main' "${APT_CLASSIC:-$classic}" |
      sed "s/^deb /deb-src /; s/ [a-z]* main.*/ $suite main/" > "$1/$suite.list"
  else
    fail "no Debian source list found; name a tree: make micropython32 MICROPYTHON=path"
  fi
}

# Downloads and unpacks Debian's sources into the current folder; sets `tree`.
debian_sources() {
  need dpkg-source dpkg-dev; need xz xz-utils; need bzip2 bzip2
  mkdir -p apt/parts apt/lists/partial apt/cache
  source_list apt/parts
  local apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/apt/parts"
    -o "Dir::State::Lists=$PWD/apt/lists" -o "Dir::Cache=$PWD/apt/cache" -o APT::Sandbox::User=)
  "${apt[@]}" update || fail "apt-get cannot read the sources of $suite; is this machine online?"
  "${apt[@]}" source --download-only micropython mbedtls || fail "apt-get found no sources in $suite"
  for archive in *.orig.tar.*; do tar xf "$archive"; done
  tree=$(realpath micropython-*/)
  # Debian builds without these two and strips them
  rm -rf "$tree/lib/mbedtls"
  ln -s "$(realpath mbedtls-*/)" "$tree/lib/mbedtls"
  mkdir -p "$tree/lib/micropython-lib"
  touch "$tree/lib/micropython-lib/README.md"
}

work="$out/work"
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT
cd "$work"
if [ -z "$tree" ]; then
  debian_sources
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
