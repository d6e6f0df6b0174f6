// What this board's image differs in from MicroPython's ESP32_GENERIC; board.py has our pins.
#define MICROPY_HW_BOARD_NAME "Generic ESP32 module"
#define MICROPY_HW_MCU_NAME "ESP32"

#define MICROPY_PY_BLUETOOTH (0)

#ifdef PRODUCTION
#include "production/production.h"
#endif
