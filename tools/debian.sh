# Sourced by the scripts that build MicroPython: the sources from Debian's packages; builds nothing.
#
# Any Debian will do: the lists of the suite that is asked for are read into a folder of ours, and
# the machine's own lists and packages stay as they are. Whoever sources this sets `tool`, its name.

fail() { echo "$tool: $1" >&2; exit 2; }
need() { command -v "$1" >/dev/null || fail "$1 is missing; install it with: sudo apt-get install $2"; }

# source_list SUITE FOLDER: a list of the suite, made from whichever kind of list this machine has.
source_list() {
  local deb822=/etc/apt/sources.list.d/debian.sources classic=/etc/apt/sources.list line
  if [ -s "${APT_DEB822:-$deb822}" ]; then
    # the first stanza; the others are updates and security
    sed "/^\$/,\$d; s/^Types:.*/Types: deb deb-src/; s/^Suites:.*/Suites: $1/" \
      "${APT_DEB822:-$deb822}" > "$2/$1.sources"
  elif line=$(grep -s -m1 '^deb .* main' "${APT_CLASSIC:-$classic}"); then
    line=$(sed "s/ [a-z]* main.*/ $1 main/" <<< "$line")
    printf '%s\n%s\n' "$line" "deb-src ${line#deb }" > "$2/$1.list"
  else
    fail "no Debian source list found; name a MicroPython tree: MICROPYTHON=path"
  fi
}

# debian_sources SUITE FOLDER [PACKAGE...]: MicroPython with mbedTLS in FOLDER/micropython; of each
# binary package (they hold sources too) what it installs below /usr/src goes into its lib/.
debian_sources() {
  local suite=$1 folder=$2 part="$2.part"
  shift 2
  need dpkg-source dpkg-dev; need xz xz-utils; need bzip2 bzip2
  rm -rf "$part"
  mkdir -p "$part"/apt/{parts,lists/partial,cache} "$part/packages"
  : > "$part/apt/status"  # nothing is installed: the suite's own versions are the ones to take
  source_list "$suite" "$part/apt/parts"
  local apt=(apt-get -qq -o Dir::Etc::SourceList=/dev/null
    -o "Dir::Etc::SourceParts=$part/apt/parts" -o "Dir::State::Lists=$part/apt/lists"
    -o "Dir::State::status=$part/apt/status" -o "Dir::Cache=$part/apt/cache"
    -o APT::Sandbox::User=)
  "${apt[@]}" update || fail "apt-get cannot read the lists of $suite; is this machine online?"
  (
    cd "$part/packages"
    "${apt[@]}" source --download-only micropython mbedtls
    [ $# = 0 ] || "${apt[@]}" download "$@"
  ) || fail "apt-get cannot get the packages of $suite; is this machine online?"
  debian_unpack "$part"
  rm -rf "$part/apt" "$folder"
  mv "$part" "$folder"
}

# debian_unpack FOLDER: FOLDER/micropython of what lies in FOLDER/packages.
debian_unpack() {
  local part=$1 package source
  for source in "$part"/packages/*.orig.tar.*; do tar xf "$source" -C "$part"; done
  for package in "$part"/packages/*.deb; do
    [ ! -e "$package" ] || dpkg -x "$package" "$part"
  done
  mv "$part"/micropython-*/ "$part/micropython"
  # Debian builds without these and strips them
  adopt "$part"/mbedtls-*/ "$part/micropython/lib/mbedtls"
  for source in "$part"/usr/src/*/; do
    [ ! -d "$source" ] || adopt "$source" "$part/micropython/lib/$(basename "$source")"
  done
  mkdir -p "$part/micropython/lib/micropython-lib"
  touch "$part/micropython/lib/micropython-lib/README.md"
  # The suite's SDK may be newer than the one this MicroPython was written for: a part more.
  [ ! -d "$part/micropython/lib/pico-sdk/src/rp2_common/pico_platform_common" ] ||
    grep -q pico_platform_common "$part/micropython/ports/rp2/CMakeLists.txt" ||
    sed -i 's/^    pico_platform$/&_common\n&/' "$part/micropython/ports/rp2/CMakeLists.txt"
}

adopt() { rm -rf "$2"; mv "$1" "$2"; }
