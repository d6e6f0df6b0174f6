// What this board's image differs in from MicroPython's RPI_PICO_W; holds no pins, see board.py.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico W"

// Files and journal; leaves 1,200 KiB of the flash's 2 MiB to the image, as MicroPython's own has.
#define MICROPY_HW_FLASH_STORAGE_BYTES (848 * 1024)

#ifdef PRODUCTION
#include "../RPI_PICO/production/production.h"
#endif

#define MICROPY_PY_NETWORK (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "wattseal"

// The radio, as in MicroPython's own board.
#define CYW43_USE_SPI (1)
#define CYW43_LWIP (1)
#define CYW43_GPIO (1)
#define CYW43_SPI_PIO (1)
#define MICROPY_HW_PIN_EXT_COUNT CYW43_WL_GPIO_COUNT
int mp_hal_is_pin_reserved(int n);
#define MICROPY_HW_PIN_RESERVED(i) mp_hal_is_pin_reserved(i)
