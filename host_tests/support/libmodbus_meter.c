/* A meter behind libmodbus' RTU server, to be read by the firmware; its registers come on standard
 * input.
 *
 * libmodbus_meter DEVICE UNIT. A line is FUNCTION ADDRESS KIND ORDER VALUE, ORDER "big" or "little"
 * (words); KIND "raw" takes hex words. The answer is the value as libmodbus reads it back.
 */
#include <inttypes.h>
#include <modbus/modbus.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>

enum { REGISTERS = 65536, LINE = 512 };

static void swap_words(uint16_t *words, int count) {
    for (int i = 0; i < count / 2; i++) {
        uint16_t word = words[i];
        words[i] = words[count - 1 - i];
        words[count - 1 - i] = word;
    }
}

static int put_raw(uint16_t *words, const char *hex) {
    int count = 0;
    unsigned int word;
    for (; sscanf(hex, "%4x", &word) == 1; hex += 4) words[count++] = (uint16_t)word;
    printf("%d\n", count);
    return count;
}

/* 3.1.6's modbus_set_float_abcd and its sisters write other orders than their names say; what reads
 * is right, and so is modbus_set_float, low word first. */
static void put_float(uint16_t *words, const char *text, int little) {
    modbus_set_float(strtof(text, NULL), words);
    if (!little) swap_words(words, 2);
    printf("%.17g\n", little ? modbus_get_float_cdab(words) : modbus_get_float_abcd(words));
}

static void put_double(uint16_t *words, const char *text) {
    double value = strtod(text, NULL);
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    MODBUS_SET_INT64_TO_INT16(words, 0, bits);
    bits = MODBUS_GET_INT64_FROM_INT16(words, 0);
    memcpy(&value, &bits, sizeof value);
    printf("%.17g\n", value);
}

/* Whole numbers, "i32" or "u64" and the like, most significant word first. */
static void put_whole(uint16_t *words, const char *kind, const char *text) {
    int bits = atoi(kind + 1);
    uint64_t value = kind[0] == 'i' ? (uint64_t)strtoll(text, NULL, 10) : strtoull(text, NULL, 10);
    int64_t back;
    if (bits == 16) {
        words[0] = (uint16_t)value;
        back = (int16_t)words[0];
    } else if (bits == 32) {
        MODBUS_SET_INT32_TO_INT16(words, 0, (uint32_t)value);
        back = (int32_t)MODBUS_GET_INT32_FROM_INT16(words, 0);
    } else {
        MODBUS_SET_INT64_TO_INT16(words, 0, value);
        back = MODBUS_GET_INT64_FROM_INT16(words, 0);
    }
    uint64_t unsigned_back = (uint64_t)back & (bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1);
    if (kind[0] == 'i') printf("%" PRId64 "\n", back);
    else printf("%" PRIu64 "\n", unsigned_back);
}

static void put(modbus_mapping_t *map, const char *line) {
    int function, address, little;
    char kind[8], order[8], value[LINE];
    if (sscanf(line, "%d %d %7s %7s %511s", &function, &address, kind, order, value) != 5) exit(3);
    uint16_t *words = (function == 3 ? map->tab_registers : map->tab_input_registers) + address;
    little = order[0] == 'l';
    if (!strcmp(kind, "raw")) {
        put_raw(words, value);
    } else if (!strcmp(kind, "f32")) {
        put_float(words, value, little);
    } else if (!strcmp(kind, "f64")) {
        put_double(words, value);
        if (little) swap_words(words, 4);
    } else {
        put_whole(words, kind, value);
        if (little) swap_words(words, atoi(kind + 1) / 16);
    }
    fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    modbus_t *line = modbus_new_rtu(argv[1], 9600, 'N', 8, 1);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    if (!line || !map || modbus_set_slave(line, atoi(argv[2])) || modbus_connect(line)) return 1;
    int wire = modbus_get_socket(line);
    setvbuf(stdin, NULL, _IONBF, 0); /* select must see what is left to read */
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        fd_set ready;
        FD_ZERO(&ready);
        FD_SET(0, &ready);
        FD_SET(wire, &ready);
        if (select(wire + 1, &ready, NULL, NULL, NULL) < 0) return 1;
        if (FD_ISSET(0, &ready)) {
            char text[LINE];
            if (!fgets(text, sizeof text, stdin)) return 0;
            put(map, text);
        }
        if (FD_ISSET(wire, &ready)) {
            uint8_t request[MODBUS_RTU_MAX_ADU_LENGTH];
            int size = modbus_receive(line, request);
            if (size > 0) modbus_reply(line, request, size, map);
        }
    }
}
