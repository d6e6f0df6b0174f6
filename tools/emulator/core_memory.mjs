// The processor core's way to flash, RAM and ROM, with the XIP cache in it; knows no peripheral.
//
// These are the hottest lines of the emulator: memory is tried first, and everything else goes the
// library's way, with the clock up to date.
const FLASH = 0x10;
const RAM = 0x20;
const OFFSET = 0xffffff;
const LINE_SHIFT = 3; // lines of 8 bytes
const ROM_BYTES = 0x4000;

export class CoreMemory {
  // `time`: a CpuTime.
  constructor(mcu, cache, time) {
    const { flash, flash16, flashView, sram, sramView } = mcu;
    Object.assign(this, { mcu, cache, time, flash, flash16, flashView, sram, sramView });
    this.sram16 = new Uint16Array(sram.buffer);
    this.rom16 = new Uint16Array(mcu.bootrom.buffer);
    this.ramEnd = sram.length - 3;
  }

  read8(address) {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < this.ramEnd) return this.sram[offset];
    if (address >>> 24 !== FLASH) return this.elsewhere('readUint8', address);
    this.touch(offset);
    return this.flash[offset];
  }

  // Most of these are instructions, and most of those are in flash.
  read16(address) {
    const offset = address & OFFSET;
    if (address >>> 24 === FLASH) {
      this.touch(offset);
      return this.flash16[offset >>> 1];
    }
    if (address >>> 24 === RAM && offset < this.ramEnd) return this.sram16[offset >>> 1];
    if (address < ROM_BYTES) return this.rom16[address >>> 1];
    return this.elsewhere('readUint16', address);
  }

  read32(address) {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < this.ramEnd) {
      return this.sramView.getUint32(offset, true);
    }
    if (address >>> 24 !== FLASH) return this.elsewhere('readUint32', address);
    this.touch(offset);
    return this.flashView.getUint32(offset, true);
  }

  write8(address, value) {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < this.ramEnd) this.sram[offset] = value;
    else this.elsewhere('writeUint8', address, value);
  }

  write16(address, value) {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < this.ramEnd) this.sram16[offset >>> 1] = value;
    else this.elsewhere('writeUint16', address, value);
  }

  // Through the XIP window flash cannot be written, on the real chip either.
  write32(address, value) {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < this.ramEnd) {
      this.sramView.setUint32(offset, value, true);
    } else if (address >>> 24 !== FLASH) {
      this.elsewhere('writeUint32', address, value);
    }
  }

  elsewhere(access, address, value) {
    this.time.settle();
    const found = this.mcu[access](address, value);
    this.time.plan();
    return found;
  }

  // A byte of the flash is read; most reads go on in the same line.
  touch(offset) {
    const line = offset >>> LINE_SHIFT;
    if (line !== this.cache.lastLine) this.cache.touch(line);
  }
}

// What the library itself executes, too, goes this way.
export function connectMemory(mcu, cache, time) {
  const memory = new CoreMemory(mcu, cache, time);
  Object.assign(mcu.core, {
    memory,
    readUint8: (address) => memory.read8(address),
    readUint16: (address) => memory.read16(address),
    readUint32: (address) => memory.read32(address),
    writeUint8: (address, value) => memory.write8(address, value),
    writeUint16: (address, value) => memory.write16(address, value),
    writeUint32: (address, value) => memory.write32(address, value),
  });
}
