// What this board's image differs in from MicroPython's RPI_PICO; holds no pins, see board.py.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico"

// As MicroPython's own image has it: a device that changes from one to the other keeps its files.
// Leaves 640 KiB of the flash's 2 MiB to the image.
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)

// The port has it only on boards with a network. The console stays USB, the port's own choice.
#define MICROPY_PY_SSL (1)
