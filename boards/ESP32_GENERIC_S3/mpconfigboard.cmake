# What the build of MicroPython's esp32 port is configured with; holds no paths of a machine.
# Bluetooth stays out: nothing of ours uses it, and the image would not fit.
set(IDF_TARGET esp32s3)

# The IDF knows no path that is relative to a board's folder.
file(WRITE "${CMAKE_BINARY_DIR}/sdkconfig.partitions"
  "CONFIG_PARTITION_TABLE_CUSTOM_FILENAME=\"${MICROPY_BOARD_DIR}/partitions.csv\"\n")
set(SDKCONFIG_DEFAULTS
    boards/sdkconfig.base
    boards/sdkconfig.usb
    ${MICROPY_BOARD_DIR}/sdkconfig.board
    ${CMAKE_BINARY_DIR}/sdkconfig.partitions
)
set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/manifest.py)
