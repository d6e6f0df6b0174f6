#!/usr/bin/env bash
# Builds both images for the Pico and lets each meter on the emulated board; judges nothing itself.
#
#   emulate.sh PYTHON UF2 [OPTION...]      UF2: one frozen image instead, "" for both of ours
#
# Both run at once, for simulated time does not mind, and the second one's words come behind the
# first one's; the exit code is the worse of the two.
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
words=build/emulate/stock.txt
mkdir -p build/emulate
[ -t 1 ] && export FORCE_COLOR=1
COLUMNS=${COLUMNS:-100} "$python" -m tools.emulate --uf2 $images/stock.uf2 --files $images/root \
  --out build/emulate/stock "$@" > $words 2>&1 &
beside=$!
trap 'kill $beside 2>/dev/null || true' EXIT
frozen=0 stock=0
"$python" -m tools.emulate --uf2 $images/firmware.uf2 --out build/emulate/frozen "$@" || frozen=$?
wait $beside || stock=$?
cat $words
exit $((frozen > stock ? frozen : stock))
