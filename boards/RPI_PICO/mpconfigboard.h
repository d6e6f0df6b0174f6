// What this board's image differs in from MicroPython's RPI_PICO; holds no pins, see board.py.
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico"

// Files and journal; leaves 896 KiB of the flash's 2 MiB to the image. MicroPython's own image has
// 640 KiB: STOCK builds that one, to be compared with.
#ifdef STOCK
#define MICROPY_HW_FLASH_STORAGE_BYTES (1408 * 1024)
#else
#define MICROPY_HW_FLASH_STORAGE_BYTES (1152 * 1024)
#endif

// PRODUCTION: _boot.py runs the firmware and never returns (production/production.py). USB, which
// the port begins behind it, is begun before; and should it end all the same, a prompt would follow:
// a reset does. Both are hooks of shared/runtime/pyexec.c, and machine.reset() is the same call.
#ifdef PRODUCTION
#define MICROPY_BOARD_BEFORE_PYTHON_EXEC(kind, flags) \
    do { \
        extern void mp_usbd_init(void); \
        mp_usbd_init(); \
    } while (0)
#define MICROPY_BOARD_AFTER_PYTHON_EXEC(kind, flags, value, result) \
    do { \
        extern void watchdog_reboot(uint32_t pc, uint32_t sp, uint32_t delay_ms); \
        watchdog_reboot(0, 0, 0); \
        for (;;) { \
        } \
    } while (0)
#endif

// The port has it only on boards with a network. The console stays USB, the port's own choice.
#define MICROPY_PY_SSL (1)
