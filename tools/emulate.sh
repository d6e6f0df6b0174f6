#!/usr/bin/env bash
# Builds both images for the Pico and lets each meter on the emulated board; judges nothing itself.
#
#   emulate.sh PYTHON UF2 [OPTION...]      UF2: one frozen image instead, "" for both of ours
#
# The second image runs whatever the first one's verdict; the exit code is the worse of the two.
set -euo pipefail
python=$1 uf2=$2
shift 2
if [ -n "$uf2" ]; then
  exec "$python" -m tools.emulate --uf2 "$uf2" "$@"
fi
make --no-print-directory firmware BOARD=RPI_PICO
make --no-print-directory firmware BOARD=RPI_PICO STOCK=1
make --no-print-directory stage BOARD=RPI_PICO > /dev/null
images=build/RPI_PICO
worst=0
run() {
  local code=0
  "$python" -m tools.emulate "$@" || code=$?
  [ $code -le $worst ] || worst=$code
}
run --uf2 $images/firmware.uf2 --out build/emulate/frozen "$@"
run --uf2 $images/stock.uf2 --files $images/root --out build/emulate/stock "$@"
exit $worst
