// What the firmware reads about its own start, and the ring oscillator's noise; no true one.
import { BasePeripheral } from './rp2040js.mjs';

const RANDOM_BIT = 0x1c;
const STATUS = 0x18;
const STABLE_AND_ENABLED = 0x80001000;
const CHIP_RESET = 0x08;
const HAD_POWER_ON_RESET = 1 << 8;

export class RingOscillator extends BasePeripheral {
  constructor(mcu, random) {
    super(mcu, 'ROSC');
    this.random = random;
    this.registers = new Map();
  }

  readUint32(offset) {
    if (offset === RANDOM_BIT) return this.random.word() >>> 31;
    return offset === STATUS ? STABLE_AND_ENABLED : (this.registers.get(offset) ?? 0);
  }

  writeUint32(offset, value) {
    this.registers.set(offset, value);
  }
}

export class VoltageRegulator extends BasePeripheral {
  constructor(mcu, poweredOn) {
    super(mcu, 'VREG_AND_CHIP_RESET');
    this.registers = new Map([[CHIP_RESET, poweredOn ? HAD_POWER_ON_RESET : 0]]);
  }

  readUint32(offset) {
    return this.registers.get(offset) ?? 0x1001;
  }

  writeUint32(offset, value) {
    if (offset !== CHIP_RESET) this.registers.set(offset, value);
  }
}
