# The chips and what is frozen, for the build of MicroPython's rp2 port; holds no paths of a machine.
set(PICO_PLATFORM "rp2040")
set(PICO_BOARD "wiznet_w5100s_evb_pico")
set(MICROPY_PY_LWIP 1)
set(MICROPY_PY_NETWORK_WIZNET5K W5500)
set(MICROPY_BOARD_PINS "${MICROPY_PORT_DIR}/boards/W5500_EVB_PICO/pins.csv")
set(MICROPY_FROZEN_MANIFEST "${MICROPY_BOARD_DIR}/manifest.py")
