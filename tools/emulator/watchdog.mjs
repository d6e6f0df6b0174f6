// The RP2040's watchdog: resets the processor, keeps its scratch registers; cuts no power.
import { BasePeripheral } from './rp2040js.mjs';

const REGISTER = {
  control: 0x00, load: 0x04, reason: 0x08, scratch: 0x0c, lastScratch: 0x28, tick: 0x2c,
};
const TRIGGER = 1 << 31;
const ENABLE = 1 << 30;
const CONTROL_BITS = 0x47000000;
const TICK_RUNNING = 0x400;
const BY_TIMER = 1;
const BY_FORCE = 2;
const COUNT_NS = 500; // it counts down twice per microsecond (erratum RP2040-E1)

export class Watchdog extends BasePeripheral {
  // `kept`: what `kept()` of the life before returned, null after a power cut.
  constructor(mcu, kept, onReset) {
    super(mcu, 'WATCHDOG');
    this.onReset = onReset;
    this.control = 0;
    this.load = 0;
    this.tick = 0x200;
    this.reason = kept?.reason ?? 0;
    this.scratch = kept?.scratch ?? new Uint32Array(8);
    this.alarm = mcu.clock.createAlarm(() => this.fire(BY_TIMER));
  }

  kept() {
    return { reason: this.reason, scratch: this.scratch };
  }

  fire(reason) {
    this.reason = reason;
    this.onReset();
  }

  arm() {
    if (this.control & ENABLE) this.alarm.schedule(Math.max(this.load, 1) * COUNT_NS);
    else this.alarm.cancel();
  }

  count() {
    if (!(this.control & ENABLE)) return this.load;
    const leftNs = this.alarm.nanos - this.rp2040.clock.nanos;
    return Math.max(0, Math.round(leftNs / COUNT_NS)) & 0xffffff;
  }

  readUint32(offset) {
    if (offset === REGISTER.control) return ((this.control & CONTROL_BITS) | this.count()) >>> 0;
    if (offset === REGISTER.reason) return this.reason;
    if (offset === REGISTER.tick) return this.tick | TICK_RUNNING;
    const isScratch = offset >= REGISTER.scratch && offset <= REGISTER.lastScratch;
    return isScratch ? this.scratch[(offset - REGISTER.scratch) >> 2] : 0;
  }

  writeUint32(offset, value) {
    if (offset === REGISTER.control) this.writeControl(value);
    else if (offset === REGISTER.load) this.reload(value & 0xffffff);
    else if (offset === REGISTER.tick) this.tick = value & 0x3ff;
    else if (offset >= REGISTER.scratch && offset <= REGISTER.lastScratch) {
      this.scratch[(offset - REGISTER.scratch) >> 2] = value;
    }
  }

  writeControl(value) {
    const changed = this.control ^ value;
    this.control = value & CONTROL_BITS;
    if (value & TRIGGER) this.fire(BY_FORCE);
    else if (changed & ENABLE) this.arm();
  }

  reload(count) {
    this.load = count;
    this.arm();
  }
}
