// What this board's image differs in from MicroPython's RPI_PICO; holds no pins, see board.py.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico"

// Files and journal; leaves 896 KiB of the flash's 2 MiB to the image. MicroPython's own image has
// 640 KiB: STOCK builds that one, to be compared with.
#ifdef STOCK
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)
#else
#define MICROPY_HW_FLASH_STORAGE_BYTES (1152 * 1024)
#endif

#ifdef PRODUCTION
#include "production/production.h"
#endif

// The port has it only on boards with a network. The console stays USB, the port's own choice.
#define MICROPY_PY_SSL (1)
