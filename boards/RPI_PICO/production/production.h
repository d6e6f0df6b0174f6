// What a production image of the rp2 port never leaves its start-up by; mpconfigboard.h includes it.
//
// _boot.py runs the firmware and never returns (production.py). USB, which the port begins behind
// it, is begun before; and should it end all the same, a prompt would follow: a reset does. Both are
// hooks of shared/runtime/pyexec.c, and machine.reset() is the same call.
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
