// The Thumb instructions that go on elsewhere, for thumb.mjs, and the library's way for the rest.
const LR = 14;
const PC = 15;

// By the library.
export function rest(core) {
  core.registers[PC] -= 2;
  return core.executeInstruction();
}

function jump(core, offset, cycles) {
  core.registers[PC] += 2 + offset;
  return cycles;
}

function branch(core, op, taken) {
  return taken ? jump(core, (op << 24) >> 23, 2) : 1;
}

export const BRANCHES = {
  '11100': (core, op) => jump(core, (op << 21) >> 20, 2), // B
  '11010000': (core, op) => branch(core, op, core.Z), // BEQ
  '11010001': (core, op) => branch(core, op, !core.Z), // BNE
  '11010010': (core, op) => branch(core, op, core.C), // BCS
  '11010011': (core, op) => branch(core, op, !core.C), // BCC
  '11010100': (core, op) => branch(core, op, core.N), // BMI
  '11010101': (core, op) => branch(core, op, !core.N), // BPL
  '11010110': (core, op) => branch(core, op, core.V), // BVS
  '11010111': (core, op) => branch(core, op, !core.V), // BVC
  '11011000': (core, op) => branch(core, op, core.C && !core.Z), // BHI
  '11011001': (core, op) => branch(core, op, !core.C || core.Z), // BLS
  '11011010': (core, op) => branch(core, op, core.N === core.V), // BGE
  '11011011': (core, op) => branch(core, op, core.N !== core.V), // BLT
  '11011100': (core, op) => branch(core, op, !core.Z && core.N === core.V), // BGT
  '11011101': (core, op) => branch(core, op, core.Z || core.N !== core.V), // BLE
  '010001110': (core, op) => { // BX
    core.BXWritePC(core.registers[(op >> 3) & 15]);
    return 2;
  },
  '010001111': (core, op) => { // BLX
    const { registers: r } = core;
    const target = r[(op >> 3) & 15];
    r[LR] = r[PC] | 1;
    r[PC] = target & ~1;
    return 2;
  },
  '11110': (core, op) => { // BL; what else begins so is the rest
    const { registers: r } = core;
    const second = core.memory.read16(r[PC]);
    if ((second & 0xd000) !== 0xd000) return rest(core);
    r[LR] = (r[PC] + 2) | 1;
    return jump(core, farOffset(op, second), 3);
  },
};

// Of a BL: 24 bits with a sign, the two below it inverted wherever the sign is.
function farOffset(first, second) {
  const sign = (first >> 10) & 1;
  const bit23 = ((second >> 13) & 1) ^ sign ^ 1;
  const bit22 = ((second >> 11) & 1) ^ sign ^ 1;
  const upper = (sign ? -1 << 24 : 0) | (bit23 << 23) | (bit22 << 22);
  return upper | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
}
