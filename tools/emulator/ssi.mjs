// The RP2040's flash controller as the boot ROM's erase and program routines use it; no timing.
//
// Only command mode (standard SPI frames) goes to the chip: reads through the XIP window are the
// processor's plain memory reads.
import { BasePeripheral } from './rp2040js.mjs';

const REGISTER = {
  control: 0x00, transmitLevel: 0x20, receiveLevel: 0x24, status: 0x28, id: 0x58, version: 0x5c,
  data: 0x60,
};
// QSPI_SS_CTRL.OUTOVER: who drives the chip select.
const AUTOMATIC = 0;
const LOW = 2;
const HIGH = 3;
const QSPI_SS_CTRL = 0x0c;

export class Ssi extends BasePeripheral {
  constructor(mcu, chip) {
    super(mcu, 'SSI');
    this.chip = chip;
    this.received = [];
    this.registers = new Map();
    this.select = AUTOMATIC;
  }

  forceSelect(select) {
    if (select === LOW && this.select !== LOW) {
      this.chip.select();
      this.received = [];
    }
    if (select !== LOW && this.select === LOW) this.chip.deselect();
    this.select = select;
  }

  readUint32(offset) {
    switch (offset) {
      case REGISTER.status: // transmit FIFO empty and not full; bit 3: something received
        return 0x6 | (this.received.length ? 8 : 0);
      case REGISTER.transmitLevel:
        return 0;
      case REGISTER.receiveLevel:
        return this.received.length;
      case REGISTER.id:
        return 0x51535049;
      case REGISTER.version:
        return 0x3430312a;
      case REGISTER.data:
        return this.receive();
      default:
        return this.registers.get(offset) ?? 0;
    }
  }

  writeUint32(offset, value) {
    if (offset === REGISTER.data) this.transmit(value & 0xff);
    else this.registers.set(offset, value);
  }

  receive() {
    const byte = this.received.shift() ?? 0;
    if (!this.received.length && this.select === AUTOMATIC) this.chip.deselect();
    return byte;
  }

  transmit(byte) {
    const standardFrames = (((this.registers.get(REGISTER.control) ?? 0) >> 21) & 3) === 0;
    if (!standardFrames) return;
    if (this.select === AUTOMATIC && !this.received.length) this.chip.select();
    this.received.push(this.select === HIGH ? 0xff : this.chip.transfer(byte));
  }
}

// The pins of the flash bus; the boot ROM forces the chip select through them.
export class QspiPins extends BasePeripheral {
  constructor(mcu, ssi) {
    super(mcu, 'IO_QSPI');
    this.ssi = ssi;
    this.registers = new Map();
  }

  readUint32(offset) {
    const isControl = offset < 0x30 && offset & 4;
    return this.registers.get(offset) ?? (isControl ? 0x1f : 0);
  }

  writeUint32(offset, value) {
    this.registers.set(offset, value);
    if (offset === QSPI_SS_CTRL) this.ssi.forceSelect((value >> 8) & 3);
  }
}
