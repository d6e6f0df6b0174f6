# The chip and what is frozen, for the build of MicroPython's rp2 port; holds no paths of a machine.
set(PICO_PLATFORM "rp2040")
set(PICO_BOARD "pico")
set(MICROPY_BOARD_PINS "${MICROPY_PORT_DIR}/boards/RPI_PICO/pins.csv")
set(MICROPY_FROZEN_MANIFEST "${MICROPY_BOARD_DIR}/manifest.py")
