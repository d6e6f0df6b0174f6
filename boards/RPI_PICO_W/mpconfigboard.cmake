# The chips and what is frozen, for the build of MicroPython's rp2 port; holds no paths of a machine.
# Bluetooth stays out: nothing of ours uses it, and the image would not fit.
set(PICO_PLATFORM "rp2040")
set(PICO_BOARD "pico_w")
set(MICROPY_PY_LWIP ON)
set(MICROPY_PY_NETWORK_CYW43 ON)
set(MICROPY_BOARD_PINS "${MICROPY_PORT_DIR}/boards/RPI_PICO_W/pins.csv")
set(MICROPY_FROZEN_MANIFEST "${MICROPY_BOARD_DIR}/manifest.py")
