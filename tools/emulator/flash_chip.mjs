// An SPI NOR flash chip (as W25Q16JV): erases, programs, wears, is torn; knows no controller.
export const SECTOR = 4096;
const PAGE = 256;
const COMMAND = {
  writeStatus: 0x01, program: 0x02, read: 0x03, writeDisable: 0x04, status: 0x05,
  writeEnable: 0x06, eraseSector: 0x20, status2: 0x35, uniqueId: 0x4b, eraseHalfBlock: 0x52,
  jedecId: 0x9f, eraseBlock: 0xd8,
};
// [bytes, time as a multiple of a sector's]: data sheet, typical 45, 120 and 150 ms.
const ERASES = {
  [COMMAND.eraseSector]: [SECTOR, 1],
  [COMMAND.eraseHalfBlock]: [32768, 2.7],
  [COMMAND.eraseBlock]: [65536, 3.3],
};
const JEDEC_ID = [0xef, 0x40, 0x15];
const UNIQUE_ID = [0xe6, 0x60, 0x58, 0x38, 0x83, 0x1a, 0x2b, 0x3c];
const QUAD_ENABLED = 2;

export function newFlashCounts() {
  return { operations: 0, erases: 0, programs: 0, torn: 0, wait_ns: 0, wear: new Map() };
}

// Programming can only clear bits; cut at `part` (0 to 1), the byte in hand gets some of its bits.
export function program(bytes, address, data, part, random) {
  const page = address - (address % PAGE);
  const whole = Math.floor(data.length * part);
  for (let i = 0; i < whole; i++) bytes[page + ((address + i) % PAGE)] &= data[i];
  if (whole < data.length) {
    bytes[page + ((address + whole) % PAGE)] &= data[whole] | random.byte();
  }
}

// Erasing sets bits; cut at `part`, a byte is erased, or has some of its bits set.
export function erase(bytes, address, length, part, random) {
  for (let i = address; i < address + length; i++) {
    bytes[i] = part >= 1 || random.fraction() < part ? 0xff : bytes[i] | random.byte();
  }
}

export class FlashChip {
  // `clock`: simulated time. `counts` outlives the chip's power. `skip(ns)` lets time pass while
  // the firmware polls. `onOperation(number, ns, what, address)` hears of every erase and program.
  constructor({ bytes, clock, random, counts, timing, skip, onOperation }) {
    Object.assign(this, { bytes, clock, random, counts, timing, skip, onOperation });
    this.sent = [];
    this.writable = false;
    this.status2 = QUAD_ENABLED;
    this.operation = null;
  }

  select() {
    this.sent = [];
  }

  // One byte to the chip, one from it.
  transfer(byte) {
    const place = this.sent.length;
    this.sent.push(byte);
    return place === 0 ? 0xff : this.answer(this.sent[0], place);
  }

  // The chip acts on a command when it is deselected.
  deselect() {
    const sent = this.sent;
    const command = sent[0];
    this.sent = [];
    if (command === undefined || this.busy()) return;
    if (command === COMMAND.writeEnable) this.writable = true;
    else if (command === COMMAND.writeDisable) this.writable = false;
    else if (this.writable) this.write(command, sent);
  }

  // Power is gone: what was under way is torn where it stood. Returns what it was, or null.
  powerLost() {
    if (!this.busy()) return null;
    const { what, address, startNs, endNs, apply } = this.operation;
    const part = (this.clock.nanos - startNs) / (endNs - startNs);
    apply(part);
    this.counts.torn++;
    this.operation = null;
    return { what, address, part: Number(part.toFixed(3)) };
  }

  // The processor is reset, the chip is not: it goes on to the end.
  complete() {
    this.operation?.apply(1);
    this.operation = null;
  }

  busy() {
    if (this.operation && this.clock.nanos >= this.operation.endNs) this.complete();
    return this.operation !== null;
  }

  answer(command, place) {
    switch (command) {
      case COMMAND.status:
        this.waitWhileBusy();
        return (this.operation ? 1 : 0) | (this.writable ? 2 : 0);
      case COMMAND.status2:
        return this.status2;
      case COMMAND.jedecId:
        return JEDEC_ID[place - 1] ?? 0;
      case COMMAND.uniqueId:
        return place >= 5 ? UNIQUE_ID[(place - 5) % UNIQUE_ID.length] : 0;
      case COMMAND.read:
        return place >= 4 ? this.read(addressOf(this.sent) + place - 4) : 0xff;
      default:
        return 0xff;
    }
  }

  read(address) {
    return this.bytes[address % this.bytes.length];
  }

  // The firmware only polls: time may pass at once to the end of the operation.
  waitWhileBusy() {
    if (!this.busy()) return;
    const waitNs = this.operation.endNs - this.clock.nanos;
    this.counts.wait_ns += waitNs;
    this.skip(waitNs);
    this.busy();
  }

  // What needs the write enable, and uses it up.
  write(command, sent) {
    if (command === COMMAND.program) this.beginProgram(sent);
    else if (command in ERASES) this.beginErase(sent, ...ERASES[command]);
    else if (command === COMMAND.writeStatus) this.status2 = sent[2] ?? this.status2;
    else return;
    this.writable = false;
  }

  beginProgram(sent) {
    const address = addressOf(sent) % this.bytes.length;
    const data = sent.slice(4, 4 + PAGE);
    this.counts.programs++;
    this.begin('program', address, this.timing.page_program_us * 1e3, (part) =>
      program(this.bytes, address, data, part, this.random));
  }

  beginErase(sent, length, times) {
    const address = (addressOf(sent) % this.bytes.length) & ~(length - 1);
    this.counts.erases++;
    for (let sector = address; sector < address + length; sector += SECTOR) {
      this.counts.wear.set(sector, (this.counts.wear.get(sector) ?? 0) + 1);
    }
    this.begin('erase', address, this.timing.sector_erase_ms * 1e6 * times, (part) =>
      erase(this.bytes, address, length, part, this.random));
  }

  begin(what, address, ns, apply) {
    const startNs = this.clock.nanos;
    this.operation = { what, address, startNs, endNs: startNs + ns, apply };
    this.onOperation(++this.counts.operations, ns, what, address);
  }
}

function addressOf(sent) {
  return (sent[1] << 16) | (sent[2] << 8) | sent[3];
}
