"""Counts S0 pulses in a PIO state machine, with a true shortest width; the processor has no part.

Counting goes on while flash is erased, and ends with a reset. One state machine for each input;
those of one block share the program (21 of its 32 instructions).
"""

import rp2
from machine import Pin
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from rp2.asm_pio import *  # what the assembler's functions are called

_HZ = const(100000)
_LOOK_US = const(40)  # of a level that is to hold: four instructions


# X counts down from ~0 and is told as ~X, at every look: nobody needs to stop the machine, nor to
# push an instruction into it, to read it. Y counts the looks at a level that has to hold, from
# OSR. It begins as if a pulse were on: one that was on at the start was the last life's.
@rp2.asm_pio()
def _count_pulses() -> None:
    mov(x, invert(null))
    pull(block)
    wrap_target()
    label("low")
    mov(isr, invert(x))
    push(noblock)
    jmp(pin, "rose")
    jmp("low")
    label("rose")
    mov(y, osr)
    label("rising")
    mov(isr, invert(x))
    push(noblock)
    jmp(pin, "still")
    jmp("low")
    label("still")
    jmp(y_dec, "rising")
    label("high")
    mov(isr, invert(x))
    push(noblock)
    jmp(pin, "high")
    mov(y, osr)
    label("falling")
    mov(isr, invert(x))
    push(noblock)
    jmp(pin, "high")
    jmp(y_dec, "falling")
    jmp(x_dec, "low")
    wrap()


class PioCounter:
    """contracts.PulseCounter. A pulse pulls `pin` low. `number`: of the state machine, 0 to 7."""

    def __init__(self, number: int, pin: Pin, width_ms: int) -> None:
        self.modulus = 1 << 32
        self._pin = pin
        self._machine = rp2.StateMachine(number, _count_pulses, freq=_HZ, jmp_pin=pin)
        self._machine.put(width_ms * 1000 // _LOOK_US)
        self._machine.active(1)

    def count(self) -> int:
        """Waits for what the machine tells next, 40 us at the most: the FIFO holds old counts."""
        machine = self._machine
        for _ in range(machine.rx_fifo()):
            machine.get()
        return machine.get()

    def held(self) -> bool:
        return not self._pin.value()
