// A PL011 UART with its FIFOs and real character times; knows nothing of what the bytes mean.
import { BasePeripheral, GPIOPinState } from './rp2040js.mjs';

const REGISTER = {
  data: 0x00, errors: 0x04, flags: 0x18, baudWhole: 0x24, baudPart: 0x28, line: 0x2c,
  control: 0x30, levels: 0x34, mask: 0x38, raw: 0x3c, masked: 0x40, clear: 0x44, dma: 0x48,
};
const IDENTIFICATION = {
  0xfe0: 0x11, 0xfe4: 0x10, 0xfe8: 0x34, 0xff0: 0x0d, 0xff4: 0xf0, 0xff8: 0x05, 0xffc: 0xb1,
};
const BREAK = 1, PARITY = 2, EVEN = 4, TWO_STOP_BITS = 8, FIFOS = 16; // of the line register
const ENABLED = 1, TRANSMITTER = 1 << 8, RECEIVER = 1 << 9; // of the control register
const RECEIVE = 1 << 4, TRANSMIT = 1 << 5, TIMEOUT = 1 << 6, OVERRUN = 1 << 10; // interrupts
const OVERRUN_MARK = 1 << 11; // of a received character
const FIFO_LEVELS = [4, 8, 16, 24, 28];
const FIRST_IRQ = 20;
const TIMEOUT_BITS = 32;

export function newUartCounts() {
  return { sent: 0, received: 0, overrun: 0, lost_by_direction: 0 };
}

export class Uart extends BasePeripheral {
  // `directionPin`: high drives an RS-485 line, low listens to it; null: a line of two wires.
  constructor(mcu, number, directionPin, counts) {
    super(mcu, 'UART' + number);
    Object.assign(this, { directionPin, counts, irq: FIRST_IRQ + number });
    this.registers = { [REGISTER.control]: TRANSMITTER | RECEIVER, [REGISTER.levels]: 0x12 };
    this.raised = 0;
    this.transmitFifo = [];
    this.receiveFifo = [];
    this.shifting = null; // the character on the wire
    this.arriving = []; // what the other end still has to send
    this.onByte = () => {};
    this.onBreak = () => {};
    this.sentAlarm = mcu.clock.createAlarm(() => this.characterSent());
    this.arrivedAlarm = mcu.clock.createAlarm(() => this.characterArrived());
    this.timeoutAlarm = mcu.clock.createAlarm(() => {
      if (this.receiveFifo.length) this.raise(TIMEOUT);
    });
  }

  // The other end sends; the characters arrive one after another.
  send(bytes) {
    const idle = !this.arriving.length;
    for (const byte of bytes) this.arriving.push(byte);
    if (idle && this.arriving.length) this.arrivedAlarm.schedule(this.characterNs);
  }

  get format() {
    const line = this.register(REGISTER.line);
    return {
      baud: this.baudRate,
      parity: !(line & PARITY) ? 'N' : line & EVEN ? 'E' : 'O',
      stop_bits: line & TWO_STOP_BITS ? 2 : 1,
      data_bits: 5 + ((line >> 5) & 3),
    };
  }

  get baudRate() {
    const divider = this.register(REGISTER.baudWhole) + this.register(REGISTER.baudPart) / 64;
    return divider ? this.rp2040.clkPeri / (16 * divider) : 0;
  }

  get characterNs() {
    const { baud, parity, stop_bits: stopBits, data_bits: dataBits } = this.format;
    return baud ? (1e9 * (1 + dataBits + (parity === 'N' ? 0 : 1) + stopBits)) / baud : 1e5;
  }

  get depth() {
    return this.register(REGISTER.line) & FIFOS ? 32 : 1;
  }

  get receiveLevel() {
    return this.depth === 1 ? 1 : (FIFO_LEVELS[(this.register(REGISTER.levels) >> 3) & 7] ?? 16);
  }

  get transmitLevel() {
    return this.depth === 1 ? 0 : (FIFO_LEVELS[this.register(REGISTER.levels) & 7] ?? 16);
  }

  get drives() {
    const pin = this.directionPin;
    return pin === null || this.rp2040.gpio[pin].value === GPIOPinState.High;
  }

  get flags() {
    const { transmitFifo, receiveFifo, depth } = this;
    return (
      (transmitFifo.length || this.shifting !== null ? 1 << 3 : 0) |
      (receiveFifo.length ? 0 : 1 << 4) |
      (transmitFifo.length >= depth ? 1 << 5 : 0) |
      (receiveFifo.length >= depth ? 1 << 6 : 0) |
      (transmitFifo.length ? 0 : 1 << 7)
    );
  }

  register(offset) {
    return this.registers[offset] ?? 0;
  }

  enabled(part) {
    return (this.register(REGISTER.control) & (ENABLED | part)) === (ENABLED | part);
  }

  raise(interrupts) {
    this.raised |= interrupts;
    this.update();
  }

  update() {
    this.rp2040.setInterrupt(this.irq, (this.raised & this.register(REGISTER.mask)) !== 0);
  }

  startNext() {
    if (this.shifting !== null || !this.transmitFifo.length || !this.enabled(TRANSMITTER)) return;
    const before = this.transmitFifo.length;
    this.shifting = this.transmitFifo.shift();
    this.sentAlarm.schedule(this.characterNs);
    if (before > this.transmitLevel && before - 1 <= this.transmitLevel) this.raise(TRANSMIT);
  }

  characterSent() {
    const byte = this.shifting;
    this.shifting = null;
    this.counts.sent++;
    if (this.drives) this.onByte(byte, this.format);
    else this.counts.lost_by_direction++;
    this.startNext();
  }

  characterArrived() {
    const byte = this.arriving.shift();
    if (this.directionPin !== null && this.drives) this.counts.lost_by_direction++;
    else if (this.enabled(RECEIVER)) this.receive(byte);
    if (this.arriving.length) this.arrivedAlarm.schedule(this.characterNs);
  }

  receive(byte) {
    const fifo = this.receiveFifo;
    if (fifo.length >= this.depth) {
      this.counts.overrun++;
      this.raised |= OVERRUN;
      fifo[fifo.length - 1] |= OVERRUN_MARK;
    } else {
      this.counts.received++;
      fifo.push(byte);
    }
    if (fifo.length >= this.receiveLevel) this.raised |= RECEIVE;
    this.timeoutAlarm.schedule((TIMEOUT_BITS * 1e9) / (this.baudRate || 115200));
    this.update();
  }

  readUint32(offset) {
    switch (offset) {
      case REGISTER.data:
        return this.readData();
      case REGISTER.flags:
        return this.flags;
      case REGISTER.raw:
        return this.raised;
      case REGISTER.masked:
        return this.raised & this.register(REGISTER.mask);
      default:
        return IDENTIFICATION[offset] ?? this.register(offset);
    }
  }

  readData() {
    const character = this.receiveFifo.shift() ?? 0;
    if (this.receiveFifo.length < this.receiveLevel) this.raised &= ~RECEIVE;
    if (!this.receiveFifo.length) {
      this.raised &= ~TIMEOUT;
      this.timeoutAlarm.cancel();
    }
    this.update();
    return character;
  }

  writeUint32(offset, value) {
    if (offset === REGISTER.data) this.writeData(value & 0xff);
    else if (offset === REGISTER.clear) this.raised &= ~this.rawWriteValue;
    else if (offset === REGISTER.line) this.writeLine(value & 0xff);
    else if (offset !== REGISTER.errors) this.registers[offset] = value;
    if (offset === REGISTER.control) this.startNext();
    this.update();
  }

  writeData(byte) {
    if (this.transmitFifo.length < this.depth) this.transmitFifo.push(byte);
    if (this.transmitFifo.length > this.transmitLevel) this.raised &= ~TRANSMIT;
    this.startNext();
  }

  writeLine(value) {
    const began = value & BREAK && !(this.register(REGISTER.line) & BREAK);
    this.registers[REGISTER.line] = value;
    if (!(value & FIFOS)) this.transmitFifo.length = Math.min(this.transmitFifo.length, 1);
    if (began) this.onBreak();
  }

  clkPeriChanged() {} // rp2040js calls it on its own UARTs; here the divider is read when needed
}
