// The Thumb instructions that load and store, for thumb.mjs; they know no address of their own.
const SP = 13;
const LR = 14;
const PC = 15;
const SINGLE_CYCLE_IO = 0xd;
const PERIPHERALS = 0x4;

// An access's cycles, the instruction's one among them, by rp2040js' figures.
function cycles(address, slow) {
  const region = address >>> 28;
  if (region === SINGLE_CYCLE_IO) return 1;
  return 1 + (region === PERIPHERALS ? slow : 1);
}

function load(core, register, address) {
  core.registers[register] = core.memory.read32(address);
  return cycles(address, 3);
}

function loadHalf(core, op, address) {
  core.registers[op & 7] = core.memory.read16(address);
  return cycles(address, 3);
}

function loadByte(core, op, address) {
  core.registers[op & 7] = core.memory.read8(address);
  return cycles(address, 3);
}

function store(core, register, address) {
  core.memory.write32(address, core.registers[register]);
  return cycles(address, 4);
}

function storeHalf(core, op, address) {
  core.memory.write16(address, core.registers[op & 7]);
  return cycles(address, 4);
}

function storeByte(core, op, address) {
  core.memory.write8(address, core.registers[op & 7]);
  return cycles(address, 4);
}

// The address of [Rn, Rm], of [Rn, #n] and of [SP, #n].
const pair = ({ registers: r }, op) => r[(op >> 3) & 7] + r[(op >> 6) & 7];
const immediate = ({ registers: r }, op, shift) => r[(op >> 3) & 7] + (((op >> 6) & 31) << shift);
const stack = ({ registers: r }, op) => r[SP] + ((op & 255) << 2);

const SINGLE = {
  '01001': (core, op) => // LDR Rt, label
    load(core, (op >> 8) & 7, ((core.registers[PC] + 2) & ~3) + ((op & 255) << 2)),
  '0101000': (core, op) => store(core, op & 7, pair(core, op)), // STR Rt, [Rn, Rm]
  '0101001': (core, op) => storeHalf(core, op, pair(core, op)), // STRH
  '0101010': (core, op) => storeByte(core, op, pair(core, op)), // STRB
  '0101100': (core, op) => load(core, op & 7, pair(core, op)), // LDR
  '0101101': (core, op) => loadHalf(core, op, pair(core, op)), // LDRH
  '0101110': (core, op) => loadByte(core, op, pair(core, op)), // LDRB
  '01100': (core, op) => store(core, op & 7, immediate(core, op, 2)), // STR Rt, [Rn, #n]
  '01101': (core, op) => load(core, op & 7, immediate(core, op, 2)), // LDR
  '01110': (core, op) => storeByte(core, op, immediate(core, op, 0)), // STRB
  '01111': (core, op) => loadByte(core, op, immediate(core, op, 0)), // LDRB
  '10000': (core, op) => storeHalf(core, op, immediate(core, op, 1)), // STRH
  '10001': (core, op) => loadHalf(core, op, immediate(core, op, 1)), // LDRH
  '10010': (core, op) => store(core, (op >> 8) & 7, stack(core, op)), // STR Rt, [SP, #n]
  '10011': (core, op) => load(core, (op >> 8) & 7, stack(core, op)), // LDR
};

// Each register whose bit is set, from an address upwards; returns the address after the last.
function loadAll(core, list, address) {
  for (let i = 0; list; i++, list >>= 1) {
    if (list & 1) {
      core.registers[i] = core.memory.read32(address);
      address += 4;
    }
  }
  return address;
}

function storeAll(core, list, address) {
  for (let i = 0; list; i++, list >>= 1) {
    if (list & 1) {
      core.memory.write32(address, core.registers[i]);
      address += 4;
    }
  }
  return address;
}

const SEVERAL = {
  '1011010': (core, op) => { // PUSH; the link register costs no cycle of its own in rp2040js
    const { registers: r } = core;
    const list = (op & 255) | (op & 0x100 ? 1 << LR : 0);
    let bytes = 0;
    for (let left = list; left; left &= left - 1) bytes += 4;
    storeAll(core, list, r[SP] - bytes);
    r[SP] -= bytes;
    return 1 + (bytes >> 2) - (op & 0x100 ? 1 : 0);
  },
  '1011110': (core, op) => { // POP
    const { registers: r } = core;
    const begin = r[SP];
    const end = loadAll(core, op & 255, begin);
    const returns = op & 0x100;
    r[SP] = returns ? end + 4 : end;
    if (returns) core.BXWritePC(core.memory.read32(end));
    return 1 + ((end - begin) >> 2) + (returns ? 2 : 0);
  },
  '11000': (core, op) => { // STMIA Rn!, {...}
    const base = (op >> 8) & 7;
    const begin = core.registers[base];
    const end = storeAll(core, op & 255, begin);
    if (!(op & (1 << base))) core.registers[base] = end;
    return 1 + ((end - begin) >> 2);
  },
  '11001': (core, op) => { // LDMIA Rn!, {...}
    const base = (op >> 8) & 7;
    const begin = core.registers[base];
    const end = loadAll(core, op & 255, begin);
    if (!(op & (1 << base))) core.registers[base] = end;
    return 1 + ((end - begin) >> 2);
  },
};

function put(core, register, value) {
  core.registers[register] = value;
  return 1;
}

const ADDRESSES = {
  '10100': (core, op) => // ADR
    put(core, (op >> 8) & 7, ((core.registers[PC] + 2) & ~3) + ((op & 255) << 2)),
  '10101': (core, op) => put(core, (op >> 8) & 7, stack(core, op)), // ADD Rd, SP, #n
  '101100000': (core, op) => // ADD SP, #n
    put(core, SP, core.registers[SP] + ((op & 127) << 2)),
  '101100001': (core, op) => // SUB SP, #n
    put(core, SP, core.registers[SP] - ((op & 127) << 2)),
};

export const MEMORY = { ...SINGLE, ...SEVERAL, ...ADDRESSES };
