# The image without a Python prompt, as a variant of MicroPython's build; read behind mpconfigboard.cmake.
set(MICROPY_FROZEN_MANIFEST ${MICROPY_BOARD_DIR}/production/manifest.py)
list(APPEND MICROPY_DEF_BOARD PRODUCTION)
