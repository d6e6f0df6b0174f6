// What the .S files share, for ARMv6-M (Cortex-M0+): it multiplies 32 bits by 32 to 32 in a cycle,
// and eight of its registers do arithmetic. No branch, no address may depend on a number there.

    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .text

.macro function name
    .balign 4
    .global \name
    .thumb_func
    .type \name, %function
\name:
.endm

.macro to_high_registers
    mov r8, r4
    mov r9, r5
    mov r10, r6
    mov r11, r7
.endm

// What field_multiply and field_square keep on the stack: the product of the differences, the whole
// one, and their arguments.
#define MIDDLE 0
#define WIDE 32
#define OUT 96
#define A 100
#define B 104
#define MINUS 108
#define FRAME 112

// 8 words at r0 = those at `from` + r3 * (2^256 - p), for a small r3, which becomes what is carried
// from them; the flags say whether it is 0. r0 is behind the words then.
.macro two_words from, at, low, high
    ldr r1, [\from, #\at]
    ldr r2, [\from, #\at + 4]
    \low
    \high
    stmia r0!, {r1, r2}
.endm
.macro fold from, at, step
    asrs r4, r3, #31
    rsbs r6, r3, #0
    asrs r5, r6, #31
    adds r7, r6, r4
    adds r6, r6, r5
    adds r1, r3, r5
    mov r12, r1
    two_words \from, \at, "adds r1, r1, r3", "adcs r2, r4"
    two_words \from, \at + \step, "adcs r1, r4", "adcs r2, r7"
    two_words \from, \at + 2 * \step, "adcs r1, r5", "adcs r2, r5"
    mov r7, r12
    two_words \from, \at + 3 * \step, "adcs r1, r6", "adcs r2, r7"
    movs r3, #0
    adcs r3, r4
.endm
