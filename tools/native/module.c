// The module wattseal_p256 as MicroPython sees it: checks every argument, then calls points.c.
//
// All work is done in buffers of the caller, nothing is allocated. One source for both ways to ship
// it: a .mpy file that MicroPython loads (MICROPY_ENABLE_DYNRUNTIME), or a part of an image.

#ifdef MICROPY_ENABLE_DYNRUNTIME
#include "py/dynruntime.h"
#else
#include "py/runtime.h"
#endif

#include "inverse.h"
#include "nonce.h"
#include "points.h"

// core/p256_native.py knows the sizes.
#define STATE_BYTES ((size_t)160)

_Static_assert(sizeof(comb) == STATE_BYTES, "the state is what core/p256_native.py makes");

static void refuse(void) {
    mp_raise_ValueError(MP_ERROR_TEXT("an argument of another size or out of range"));
}

// The start of a buffer of exactly this size. ValueError.
static void *buffer(mp_obj_t argument, size_t bytes, mp_uint_t flags) {
    mp_buffer_info_t info;
    mp_get_buffer_raise(argument, &info, flags);
    if (info.len != bytes) {
        refuse();
    }
    return info.buf;
}

// A slice of a buffer can begin anywhere, and a Cortex-M0+ stops at a word in the wrong place.
static comb *state(mp_obj_t argument) {
    void *start = buffer(argument, STATE_BYTES, MP_BUFFER_RW);
    if ((uintptr_t)start % sizeof(uint32_t)) {
        refuse();
    }
    return start;
}

static const uint8_t *number(mp_obj_t argument) {
    return buffer(argument, FIELD_BYTES, MP_BUFFER_READ);
}

static const uint8_t *table(mp_obj_t argument) {
    return buffer(argument, COMB_TABLE_BYTES, MP_BUFFER_READ);
}

static void store_in_place(element a) {
    element copy;
    field_select(copy, a, a, 0);
    field_store((uint8_t *)a, copy);
}

// start(state, table, k, z)
static mp_obj_t start(size_t count, const mp_obj_t *given) {
    (void)count;
    comb_start(state(given[0]), table(given[1]), number(given[2]), number(given[3]));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(start_obj, 4, 4, start);

// add(state, table, column)
static mp_obj_t add(mp_obj_t sum, mp_obj_t entries, mp_obj_t column) {
    mp_uint_t n = (mp_uint_t)mp_obj_get_int(column);
    if (n >= COMB_COLUMNS) {
        refuse();
    }
    comb_add(state(sum), table(entries), (unsigned)n);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(add_obj, add);

// double(state)
static mp_obj_t twice(mp_obj_t sum) {
    comb_double(state(sum));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(twice_obj, twice);

// finish(state): whether the sum is on the curve. The state becomes x and y of 32 bytes each, the
// highest first, and zeros.
static mp_obj_t finish(mp_obj_t sum) {
    comb *point = state(sum);
    uint32_t good = comb_finish(point);
    store_in_place(point->x);
    store_in_place(point->y);
    return mp_obj_new_bool(good);
}
static MP_DEFINE_CONST_FUN_OBJ_1(finish_obj, finish);

// inverse(number, modulus): False, or `number` becomes its inverse.
static mp_obj_t invert(mp_obj_t argument, mp_obj_t of) {
    uint8_t *start = buffer(argument, FIELD_BYTES, MP_BUFFER_RW);
    const uint8_t *modulus = number(of);
    if (~modulus[31] & 1 || (modulus[0] & modulus[1] & modulus[2] & modulus[3]) != 0xff) {
        refuse();
    }
    return mp_obj_new_bool(inverse(start, modulus));
}
static MP_DEFINE_CONST_FUN_OBJ_2(invert_obj, invert);

// nonce(seed, out)
static mp_obj_t make_nonce(mp_obj_t from, mp_obj_t to) {
    mp_buffer_info_t seed;
    mp_get_buffer_raise(from, &seed, MP_BUFFER_READ);
    if (seed.len > SEED_BYTES_MAX) {
        refuse();
    }
    nonce(buffer(to, NONCE_BYTES, MP_BUFFER_WRITE), seed.buf, seed.len);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(nonce_obj, make_nonce);

// field(which, a, b, out): out = a * b, a * a, a + b or a - b modulo p, for which = 0 to 3. For
// tests alone.
static mp_obj_t field(size_t count, const mp_obj_t *given) {
    (void)count;
    element a, b;
    field_load(a, number(given[1]));
    field_load(b, number(given[2]));
    uint8_t *out = buffer(given[3], FIELD_BYTES, MP_BUFFER_RW);
    switch (mp_obj_get_int(given[0])) {
        case 0:
            field_multiply(a, a, b);
            break;
        case 1:
            field_square(a, a);
            break;
        case 2:
            field_add(a, a, b);
            break;
        case 3:
            field_subtract(a, a, b);
            break;
        default:
            refuse();
    }
    field_canonical(a);
    field_store(out, a);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(field_obj, 4, 4, field);

#ifdef MICROPY_ENABLE_DYNRUNTIME

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_start, MP_OBJ_FROM_PTR(&start_obj));
    mp_store_global(MP_QSTR_add, MP_OBJ_FROM_PTR(&add_obj));
    mp_store_global(MP_QSTR_double, MP_OBJ_FROM_PTR(&twice_obj));
    mp_store_global(MP_QSTR_finish, MP_OBJ_FROM_PTR(&finish_obj));
    mp_store_global(MP_QSTR_inverse, MP_OBJ_FROM_PTR(&invert_obj));
    mp_store_global(MP_QSTR_nonce, MP_OBJ_FROM_PTR(&nonce_obj));
    mp_store_global(MP_QSTR_field, MP_OBJ_FROM_PTR(&field_obj));
    MP_DYNRUNTIME_INIT_EXIT
}

#else

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_wattseal_p256)},
    {MP_ROM_QSTR(MP_QSTR_start), MP_ROM_PTR(&start_obj)},
    {MP_ROM_QSTR(MP_QSTR_add), MP_ROM_PTR(&add_obj)},
    {MP_ROM_QSTR(MP_QSTR_double), MP_ROM_PTR(&twice_obj)},
    {MP_ROM_QSTR(MP_QSTR_finish), MP_ROM_PTR(&finish_obj)},
    {MP_ROM_QSTR(MP_QSTR_inverse), MP_ROM_PTR(&invert_obj)},
    {MP_ROM_QSTR(MP_QSTR_nonce), MP_ROM_PTR(&nonce_obj)},
    {MP_ROM_QSTR(MP_QSTR_field), MP_ROM_PTR(&field_obj)},
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t wattseal_p256_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};
MP_REGISTER_MODULE(MP_QSTR_wattseal_p256, wattseal_p256_module);

#endif
