// From the three products of field_multiply to an element. Reduction: Hankerson, Menezes, Vanstone,
// "Guide to Elliptic Curve Cryptography", algorithm 2.29, each word of its sums written out.

#include "thumb.h"

// With quarters 0 to 3 of the low and the high product and m the middle one, its sign turned unless
// MINUS: quarter 1 becomes 0 + 1 + 2 + low m, quarter 2 becomes 1 + 2 + 3 + high m.
.macro add_quarter place, first=adds
    ldr r1, [sp, #\place]
    \first r2, r1
    ldr r1, [sp, #\place + 4]
    adcs r3, r1
    ldr r1, [sp, #\place + 8]
    adcs r4, r1
    ldr r1, [sp, #\place + 12]
    adcs r5, r1
.endm
.macro add_middle place, first=adcs
    ldr r1, [sp, #\place]
    eors r1, r0
    \first r2, r1
    ldr r1, [sp, #\place + 4]
    eors r1, r0
    adcs r3, r1
    ldr r1, [sp, #\place + 8]
    eors r1, r0
    adcs r4, r1
    ldr r1, [sp, #\place + 12]
    eors r1, r0
    adcs r5, r1
.endm
.macro count_carry
    movs r1, #0
    adcs r7, r1
.endm

// The sum of a word lies in r3:r2, r3 with the sign; words 8 to 15 in r8 to r12, r5, r6, r7.
.macro begin word  // a new word; r4 keeps what the last one carries
    movs r4, r3
    mov r2, \word
    movs r3, #0
.endm
.macro plus_low word
    adds r2, r2, \word
    adcs r3, r0
.endm
.macro minus_low word
    subs r2, r2, \word
    sbcs r3, r0
.endm
.macro plus word
    mov r1, \word
    plus_low r1
.endm
.macro minus word
    mov r1, \word
    minus_low r1
.endm
.macro twice
    adds r2, r2, r2
    adcs r3, r3
.endm
.macro end_first
    ldr r1, [sp, #WIDE]
    plus_low r1
    str r2, [sp, #WIDE]
.endm
.macro end at
    asrs r1, r4, #31
    adds r2, r2, r4
    adcs r3, r1
    ldr r1, [sp, #WIDE + 4 * \at]
    plus_low r1
    str r2, [sp, #WIDE + 4 * \at]
.endm

// The end of field_multiply and field_square, on their stack and in their stead: joins the three
// products, reduces them and returns to the caller.
function field_join
    ldr r0, [sp, #MINUS]
    mvns r0, r0  // all ones: m is taken away
    add r1, sp, #WIDE + 16
    ldmia r1!, {r2-r5}
    add_quarter WIDE + 32  // 1 + 2, which both new ones need
    movs r6, #0
    adcs r6, r6
    mov r8, r2
    mov r9, r3
    mov r10, r4
    mov r11, r5
    movs r7, r6
    add_quarter WIDE
    count_carry
    lsrs r1, r0, #1  // a carry with all ones, which turns a sign
    add_middle MIDDLE
    count_carry
    add r1, sp, #WIDE + 16
    stmia r1!, {r2-r5}  // quarter 1; r7 goes into quarter 2
    mov r2, r8
    mov r3, r9
    mov r4, r10
    mov r5, r11
    movs r1, #0
    adds r2, r2, r7
    adcs r3, r1
    adcs r4, r1
    adcs r5, r1
    adcs r6, r1
    movs r7, r6
    add_quarter WIDE + 48
    count_carry
    add_middle MIDDLE + 16, adds
    adcs r7, r0
    mov r8, r2  // quarter 2; r7 goes into quarter 3
    mov r9, r3
    mov r10, r4
    mov r11, r5
    add r1, sp, #WIDE + 48
    ldmia r1!, {r2-r5}
    movs r1, #0
    adds r2, r2, r7
    adcs r3, r1
    adcs r4, r1
    adcs r5, r1
    mov r12, r2
    movs r6, r4
    movs r7, r5
    movs r5, r3
    movs r0, #0
    begin r8; plus r9; minus r11; minus r12; minus_low r5; minus_low r6; end_first
    begin r9; plus r10; minus r12; minus_low r5; minus_low r6; minus_low r7; end 1
    begin r10; plus r11; minus_low r5; minus_low r6; minus_low r7; end 2
    begin r11; plus r12; twice; plus_low r5; minus_low r7; minus r8; minus r9; end 3
    begin r12; plus_low r5; twice; plus_low r6; minus r9; minus r10; end 4
    begin r5; plus_low r6; twice; plus_low r7; minus r10; minus r11; end 5
    begin r6; plus_low r7; twice; plus_low r6; plus_low r5; minus r8; minus r9; end 6
    begin r7; twice; plus_low r7; plus r8; minus r10; minus r11; minus r12; minus_low r5; end 7
    ldr r0, [sp, #OUT]
    fold sp, WIDE, 8
    beq leave
    bl field_settle_again
leave:
    add sp, #FRAME
    pop {r4-r7}
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
    pop {r4-r7, pc}
