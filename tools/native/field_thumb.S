// The busy part of field.h: 256 bits are multiplied as three products of 128 bits (Karatsuba, Ofman
// 1962, with differences).

#include "thumb.h"

// r4 to r7 = |high half - low half| of the 8 words at r0; r3 = all ones when low was more, else 0.
function field_difference
    ldr r4, [r0, #16]
    ldr r3, [r0]
    subs r4, r4, r3
    ldr r5, [r0, #20]
    ldr r3, [r0, #4]
    sbcs r5, r3
    ldr r6, [r0, #24]
    ldr r3, [r0, #8]
    sbcs r6, r3
    ldr r7, [r0, #28]
    ldr r3, [r0, #12]
    sbcs r7, r3
    sbcs r3, r3
    eors r4, r3
    eors r5, r3
    eors r6, r3
    eors r7, r3
    subs r4, r4, r3
    sbcs r5, r3
    sbcs r6, r3
    sbcs r7, r3
    bx lr

.macro enter
    push {r4-r7, lr}
    mov r4, r8
    mov r5, r9
    mov r6, r10
    mov r7, r11
    push {r4-r7}
    sub sp, #FRAME
    str r0, [sp, #OUT]
    str r1, [sp, #A]
.endm

// void field_square(element out, const element a)
function field_square
    enter
    movs r0, r1
    bl field_difference
    movs r3, #0
    str r3, [sp, #MINUS]
    add r2, sp, #MIDDLE
    bl field_square_of_registers
    ldr r0, [sp, #A]
    add r2, sp, #WIDE
    bl field_square_128
    ldr r0, [sp, #A]
    adds r0, #16
    add r2, sp, #WIDE + 32
    bl field_square_128
    bl field_join  // returns to the caller

// void field_multiply(element out, const element a, const element b)
function field_multiply
    enter
    str r2, [sp, #B]
    movs r0, r2
    bl field_difference
    to_high_registers
    movs r2, r3
    movs r0, r1
    bl field_difference
    eors r3, r2
    str r3, [sp, #MINUS]
    add r2, sp, #MIDDLE
    bl field_product_of_registers
    ldr r0, [sp, #A]
    ldr r1, [sp, #B]
    add r2, sp, #WIDE
    bl field_product_128
    ldr r0, [sp, #A]
    ldr r1, [sp, #B]
    adds r0, #16
    adds r1, #16
    add r2, sp, #WIDE + 32
    bl field_product_128
    bl field_join  // returns to the caller

// Adds r3 * (2^256 - p) to the 8 words at r0, for a small r3, until nothing is carried: once nearly
// always, and twice at most. Coordinates are random (points.h), so how often tells nothing.
// For field_settle_again r0 is behind the words.
function field_settle_again
again:
    subs r0, #32
function field_settle
    fold r0, 0, 0
    bne again
    bx lr

.macro each_word first, next
    ldmia r1!, {r4, r5}
    ldmia r2!, {r6, r7}
    \first r4, r6
    \next r5, r7
    stmia r0!, {r4, r5}
.endm

// void field_add(element out, const element a, const element b)
function field_add
    push {r4-r7, lr}
    each_word adds, adcs
    .rept 3
    each_word adcs, adcs
    .endr
    movs r3, #0
    adcs r3, r3
    subs r0, #32
    bl field_settle
    pop {r4-r7, pc}

// void field_subtract(element out, const element a, const element b)
function field_subtract
    push {r4-r7, lr}
    each_word subs, sbcs
    .rept 3
    each_word sbcs, sbcs
    .endr
    sbcs r3, r3
    subs r0, #32
    bl field_settle
    pop {r4-r7, pc}
