// The Thumb instructions that load and store, for thumb.mjs; they know no address of their own.
const SP = 13;
const LR = 14;
const PC = 15;
const SINGLE_CYCLE_IO = 0xd;
const PERIPHERALS = 0x4;

// What an access costs above the instruction's one cycle, by rp2040js' figures.
function accessCycles(address, slow) {
  const region = address >>> 28;
  if (region === SINGLE_CYCLE_IO) return 0;
  return region === PERIPHERALS ? slow : 1;
}

export function memoryInstructions(core) {
  return { ...words(core), ...parts(core), ...several(core), ...addresses(core) };
}

function accesses(core) {
  const { registers: r } = core;
  return {
    load: (register, address) => {
      r[register] = core.readUint32(address);
      return 1 + accessCycles(address, 3);
    },
    store: (register, address) => {
      core.writeUint32(address, r[register]);
      return 1 + accessCycles(address, 4);
    },
    registerPair: (op) => r[(op >> 3) & 7] + r[(op >> 6) & 7],
    immediate: (op, shift) => r[(op >> 3) & 7] + (((op >> 6) & 31) << shift),
  };
}

function words(core) {
  const { registers: r } = core;
  const { load, store, registerPair, immediate } = accesses(core);
  return {
    '01001': (op) => load((op >> 8) & 7, ((r[PC] + 2) & ~3) + ((op & 255) << 2)), // LDR Rt, label
    '0101000': (op) => store(op & 7, registerPair(op)), // STR Rt, [Rn, Rm]
    '0101100': (op) => load(op & 7, registerPair(op)), // LDR Rt, [Rn, Rm]
    '01100': (op) => store(op & 7, immediate(op, 2)), // STR Rt, [Rn, #n]
    '01101': (op) => load(op & 7, immediate(op, 2)), // LDR Rt, [Rn, #n]
    '10010': (op) => store((op >> 8) & 7, r[SP] + ((op & 255) << 2)), // STR Rt, [SP, #n]
    '10011': (op) => load((op >> 8) & 7, r[SP] + ((op & 255) << 2)), // LDR Rt, [SP, #n]
  };
}

function parts(core) {
  const { registers: r } = core;
  const { registerPair, immediate } = accesses(core);
  const loadByte = (op, address) => {
    r[op & 7] = core.readUint8(address);
    return 1 + accessCycles(address, 3);
  };
  const loadHalf = (op, address) => {
    r[op & 7] = core.readUint16(address);
    return 1 + accessCycles(address, 3);
  };
  const storeByte = (op, address) => {
    core.writeUint8(address, r[op & 7]);
    return 1 + accessCycles(address, 4);
  };
  const storeHalf = (op, address) => {
    core.writeUint16(address, r[op & 7]);
    return 1 + accessCycles(address, 4);
  };
  return {
    '0101001': (op) => storeHalf(op, registerPair(op)), // STRH Rt, [Rn, Rm]
    '0101010': (op) => storeByte(op, registerPair(op)), // STRB
    '0101101': (op) => loadHalf(op, registerPair(op)), // LDRH
    '0101110': (op) => loadByte(op, registerPair(op)), // LDRB
    '01110': (op) => storeByte(op, immediate(op, 0)), // STRB Rt, [Rn, #n]
    '01111': (op) => loadByte(op, immediate(op, 0)), // LDRB
    '10000': (op) => storeHalf(op, immediate(op, 1)), // STRH
    '10001': (op) => loadHalf(op, immediate(op, 1)), // LDRH
  };
}

function several(core) {
  const { registers: r } = core;
  // Each register whose bit is set, from an address upwards; returns the address after the last.
  const loadAll = (list, address) => {
    for (let i = 0; list; i++, list >>= 1) {
      if (list & 1) {
        r[i] = core.readUint32(address);
        address += 4;
      }
    }
    return address;
  };
  const storeAll = (list, address) => {
    for (let i = 0; list; i++, list >>= 1) {
      if (list & 1) {
        core.writeUint32(address, r[i]);
        address += 4;
      }
    }
    return address;
  };
  const count = (begin, end) => (end - begin) >> 2;
  return {
    '1011010': (op) => pushes(r, op, storeAll),
    '1011110': (op) => { // POP
      const begin = r[SP];
      const end = loadAll(op & 255, begin);
      const returns = op & 0x100;
      r[SP] = returns ? end + 4 : end;
      if (returns) core.BXWritePC(core.readUint32(end));
      return 1 + count(begin, end) + (returns ? 2 : 0);
    },
    '11000': (op) => { // STMIA Rn!, {...}
      const base = (op >> 8) & 7;
      const begin = r[base];
      const end = storeAll(op & 255, begin);
      if (!(op & (1 << base))) r[base] = end;
      return 1 + count(begin, end);
    },
    '11001': (op) => { // LDMIA Rn!, {...}
      const base = (op >> 8) & 7;
      const begin = r[base];
      const end = loadAll(op & 255, begin);
      if (!(op & (1 << base))) r[base] = end;
      return 1 + count(begin, end);
    },
  };
}

// PUSH; the link register costs no cycle of its own in rp2040js.
function pushes(r, op, storeAll) {
  const list = (op & 255) | (op & 0x100 ? 1 << LR : 0);
  let bytes = 0;
  for (let left = list; left; left &= left - 1) bytes += 4;
  storeAll(list, r[SP] - bytes);
  r[SP] -= bytes;
  return 1 + (bytes >> 2) - (op & 0x100 ? 1 : 0);
}

function addresses(core) {
  const { registers: r } = core;
  const put = (register, value) => {
    r[register] = value;
    return 1;
  };
  return {
    '10100': (op) => put((op >> 8) & 7, ((r[PC] + 2) & ~3) + ((op & 255) << 2)), // ADR
    '10101': (op) => put((op >> 8) & 7, r[SP] + ((op & 255) << 2)), // ADD Rd, SP, #n
    '101100000': (op) => put(SP, r[SP] + ((op & 127) << 2)), // ADD SP, #n
    '101100001': (op) => put(SP, r[SP] - ((op & 127) << 2)), // SUB SP, #n
  };
}
