// What this board's image differs in from MicroPython's W5500_EVB_PICO; board.py has our pins.
#define MICROPY_HW_BOARD_NAME "W5500-EVB-Pico"

// Files and journal; leaves 960 KiB of the flash's 2 MiB to the image, 64 more than a plain Pico's
// has: the network takes 83. MicroPython's own image has 640 KiB, too few for ours.
#define MICROPY_HW_FLASH_STORAGE_BYTES (1088 * 1024)

#ifdef PRODUCTION
#include "../RPI_PICO/production/production.h"
#endif

#define MICROPY_PY_NETWORK (1)
#define MICROPY_PY_NETWORK_HOSTNAME_DEFAULT "wattseal"

// Where WIZNET5K() without arguments looks; board.py names the same pins.
#define MICROPY_HW_WIZNET_SPI_ID (0)
#define MICROPY_HW_WIZNET_SPI_BAUDRATE (20 * 1000 * 1000)
#define MICROPY_HW_WIZNET_SPI_SCK (18)
#define MICROPY_HW_WIZNET_SPI_MOSI (19)
#define MICROPY_HW_WIZNET_SPI_MISO (16)
#define MICROPY_HW_WIZNET_PIN_CS (17)
#define MICROPY_HW_WIZNET_PIN_RST (20)
#define MICROPY_HW_WIZNET_PIN_INTN (21)
