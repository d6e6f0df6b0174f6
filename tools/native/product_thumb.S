// 128 by 128 bits, by columns (Comba 1990); none of these functions is one in the sense of C.

#include "thumb.h"

// x:y = x * y; loses a, b, c. 17 cycles.
.macro product x, y, a, b, c
    uxth \a, \x
    lsrs \x, \x, #16
    lsrs \b, \y, #16
    uxth \y, \y
    movs \c, \y
    muls \y, \a, \y
    muls \c, \x, \c
    muls \x, \b, \x
    muls \b, \a, \b
    lsls \a, \c, #16
    lsrs \c, \c, #16
    adds \y, \y, \a
    adcs \x, \c
    lsls \a, \b, #16
    lsrs \b, \b, #16
    adds \y, \y, \a
    adcs \x, \b
.endm

// Adds the product in r0:r1 to a column of three words; in a new one `high` may hold anything.
.macro first_sum low, middle, high
    adds \low, \low, r1
    adcs \middle, r0
    movs \high, #0
    adcs \high, \high
.endm
.macro next_sum low, middle, high
    adds \low, \low, r1
    adcs \middle, r0
    movs r2, #0
    adcs \high, r2
.endm
.macro store word, at
    mov r2, r12
    str \word, [r2, #4 * \at]
.endm

// Of field_product_128: a lies on the stack, b in r8 to r11.
.macro multiply i, b
    ldr r0, [sp, #4 * \i]
    mov r1, \b
    product r0, r1, r2, r3, r4
.endm

// 8 words at r2 = 4 words at r0 * 4 words at r1; loses r0 to r12.
function field_product_128
    ldmia r1!, {r4-r7}
    to_high_registers
    ldmia r0!, {r4-r7}
// The same of r4 to r7 and r8 to r11.
function field_product_of_registers
    mov r12, r2
    push {r4-r7}
    movs r6, r4
    mov r5, r8
    product r6, r5, r2, r3, r4
    store r5, 0
    multiply 0, r9
    movs r7, #0
    adds r6, r6, r1
    adcs r7, r0
    multiply 1, r8
    first_sum r6, r7, r5
    store r6, 1
    multiply 0, r10
    first_sum r7, r5, r6
    multiply 1, r9
    next_sum r7, r5, r6
    multiply 2, r8
    next_sum r7, r5, r6
    store r7, 2
    multiply 0, r11
    first_sum r5, r6, r7
    multiply 1, r10
    next_sum r5, r6, r7
    multiply 2, r9
    next_sum r5, r6, r7
    multiply 3, r8
    next_sum r5, r6, r7
    store r5, 3
    multiply 1, r11
    first_sum r6, r7, r5
    multiply 2, r10
    next_sum r6, r7, r5
    multiply 3, r9
    next_sum r6, r7, r5
    store r6, 4
    multiply 2, r11
    first_sum r7, r5, r6
    multiply 3, r10
    next_sum r7, r5, r6
    store r7, 5
    multiply 3, r11
    adds r5, r5, r1
    adcs r6, r0
    mov r2, r12
    str r5, [r2, #24]
    str r6, [r2, #28]
    add sp, #16
    bx lr

// Of field_square_128: a lies in r8 to r11.
.macro square_term a, b
    mov r0, \a
    mov r1, \b
    product r0, r1, r2, r3, r4
.endm

// 8 words at r2 = the square of 4 words at r0; loses r0 to r12.
function field_square_128
    ldmia r0!, {r4-r7}
// The same of r4 to r7.
function field_square_of_registers
    mov r12, r2
    to_high_registers
    movs r6, r4
    movs r5, r4
    product r6, r5, r2, r3, r4
    store r5, 0
    square_term r8, r9
    movs r7, #0
    adds r6, r6, r1
    adcs r7, r0
    first_sum r6, r7, r5
    store r6, 1
    square_term r8, r10
    first_sum r7, r5, r6
    next_sum r7, r5, r6
    square_term r9, r9
    next_sum r7, r5, r6
    store r7, 2
    square_term r8, r11
    first_sum r5, r6, r7
    next_sum r5, r6, r7
    square_term r9, r10
    next_sum r5, r6, r7
    next_sum r5, r6, r7
    store r5, 3
    square_term r9, r11
    first_sum r6, r7, r5
    next_sum r6, r7, r5
    square_term r10, r10
    next_sum r6, r7, r5
    store r6, 4
    square_term r10, r11
    first_sum r7, r5, r6
    next_sum r7, r5, r6
    store r7, 5
    square_term r11, r11
    adds r5, r5, r1
    adcs r6, r0
    mov r2, r12
    str r5, [r2, #24]
    str r6, [r2, #28]
    bx lr
