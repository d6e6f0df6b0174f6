// The processor core's way to flash and RAM, with the XIP cache in it; peripherals stay rp2040js'.
//
// These are the hottest lines of the emulator: flash and RAM are tried first, and everything else
// goes the library's way.
const FLASH = 0x10;
const RAM = 0x20;
const OFFSET = 0xffffff;

export function connectMemory(mcu, cache) {
  connectReads(mcu, cache);
  connectWrites(mcu);
}

function connectReads(mcu, cache) {
  const { core, flash, flash16, flashView, sram, sramView } = mcu;
  const sram16 = new Uint16Array(sram.buffer);
  const ramEnd = sram.length - 3;
  core.readUint16 = (address) => {
    const offset = address & OFFSET;
    if (address >>> 24 === FLASH) {
      cache.touch(offset);
      return flash16[offset >>> 1];
    }
    if (address >>> 24 === RAM && offset < ramEnd) return sram16[offset >>> 1];
    return mcu.readUint16(address);
  };
  core.readUint32 = (address) => {
    const offset = address & OFFSET;
    if (address >>> 24 === FLASH) {
      cache.touch(offset);
      return flashView.getUint32(offset, true);
    }
    if (address >>> 24 === RAM && offset < ramEnd) return sramView.getUint32(offset, true);
    return mcu.readUint32(address);
  };
  core.readUint8 = (address) => {
    const offset = address & OFFSET;
    if (address >>> 24 === FLASH) {
      cache.touch(offset);
      return flash[offset];
    }
    if (address >>> 24 === RAM && offset < ramEnd) return sram[offset];
    return mcu.readUint8(address);
  };
}

// Writes to flash through the XIP window have no effect on the real chip either.
function connectWrites(mcu) {
  const { core, sramView } = mcu;
  const ramEnd = mcu.sram.length - 3;
  core.writeUint32 = (address, value) => {
    const offset = address & OFFSET;
    if (address >>> 24 === RAM && offset < ramEnd) sramView.setUint32(offset, value, true);
    else if (address >>> 24 !== FLASH) mcu.writeUint32(address, value);
  };
}
