// The board's pins as the world sees them: inputs by script or driver, outputs told; no time kept.
//
// rp2040js models neither pull-ups nor reading back an output: both are put in here.
import { GPIOPinState } from './rp2040js.mjs';

const { High, Low, InputPullUp } = GPIOPinState;
const INPUT_ENABLE = 0x40; // as after the firmware's own set-up of a pad

export class Pins {
  // `script`: [{t_s, pin, level}]. `onOutput(pin, high)`: a pin began or ended to drive high.
  constructor(script, onOutput) {
    this.script = [...script].sort((a, b) => a.t_s - b.t_s);
    this.onOutput = onOutput;
    this.levels = new Map(); // what the world puts on a pin
    this.driven = new Set(); // pins that drive high
  }

  // A board that was powered up at `machine.startNs`, or whose processor came out of a reset.
  attach(machine) {
    this.mcu = machine.mcu;
    this.follow(machine);
    for (const pin of this.mcu.gpio) {
      pin.addListener((state) => this.changed(pin, state));
      this.refresh(pin);
    }
  }

  // Apply what is due, the newest last, and come back for the next.
  follow(machine) {
    while (this.script.length && this.script[0].t_s * 1e9 <= machine.timeNs) {
      const { pin, level } = this.script.shift();
      this.set(pin, level);
    }
    if (this.script.length) machine.at(this.script[0].t_s * 1e9, () => this.follow(machine));
  }

  set(number, level) {
    this.levels.set(number, level);
    this.refresh(this.mcu.gpio[number]);
  }

  // The board is without power or in reset: nothing is driven.
  release() {
    for (const number of [...this.driven]) this.drive(number, false);
  }

  changed(pin, state) {
    this.refresh(pin);
    this.drive(pin.index, state === High);
  }

  drive(number, high) {
    if (high === this.driven.has(number)) return;
    if (high) this.driven.add(number);
    else this.driven.delete(number);
    this.onOutput(number, high);
  }

  refresh(pin) {
    const state = pin.value;
    const outside = this.levels.get(pin.index);
    let level = outside === undefined ? state === InputPullUp : outside === 1;
    if (state === High || state === Low) level = state === High;
    if (outside !== undefined) pin.padValue |= INPUT_ENABLE;
    if (pin.rawInputValue !== level) pin.setInputValue(level);
  }
}
