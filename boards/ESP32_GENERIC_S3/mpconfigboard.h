// What this board's image differs in from MicroPython's ESP32_GENERIC_S3; board.py has our pins.
#define MICROPY_HW_BOARD_NAME "Generic ESP32S3 module"
#define MICROPY_HW_MCU_NAME "ESP32S3"

#define MICROPY_PY_BLUETOOTH (0)
// The prompt is on the DevKit's USB bridge as well as on the chip's own USB.
#define MICROPY_HW_ENABLE_UART_REPL (1)

#ifdef PRODUCTION
#include "../ESP32_GENERIC/production/production.h"
#endif
