// What a production image of the esp32 port never leaves its start-up by; mpconfigboard.h includes it.
//
// _boot.py runs the firmware and never returns (production.py); the port has begun the console
// before it. Should it end all the same, a prompt would follow: a reset does. The hook is one of
// shared/runtime/pyexec.c. Not run on hardware.
#define MICROPY_BOARD_AFTER_PYTHON_EXEC(kind, flags, value, result) \
    do { \
        extern void esp_restart(void) __attribute__((noreturn)); \
        esp_restart(); \
    } while (0)
