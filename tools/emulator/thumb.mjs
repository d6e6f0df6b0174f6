// The instructions a program is made of, found by one table; the rest stays rp2040js' own.
//
// The library tries up to 90 comparisons for an instruction. Here the upper ten bits choose a
// function. What they do to registers, flags, memory and time is the same: a test runs both.
import { memoryInstructions } from './thumb_memory.mjs';

const WORDS = 1024; // of ten bits
const LR = 14;
const PC = 15;

// execute() carries out one instruction and returns its cycles.
export function executor(core) {
  const { registers } = core;
  const rest = () => {
    registers[PC] -= 2;
    return core.executeInstruction();
  };
  const table = tableOf({
    ...shifts(core), ...arithmetic(core), ...dataProcessing(core), ...highRegisters(core),
    ...extensions(core), ...branches(core, rest), ...memoryInstructions(core),
  }, rest);
  return () => {
    if (core.interruptsUpdated) return core.executeInstruction();
    const opcode = core.readUint16(registers[PC]);
    registers[PC] += 2;
    return table[opcode >>> 6](opcode);
  };
}

// Every ten bits that begin with a prefix (in binary) belong to its instruction.
function tableOf(instructions, rest) {
  const table = new Array(WORDS).fill(rest);
  for (const [prefix, instruction] of Object.entries(instructions)) {
    const free = 10 - prefix.length;
    const first = parseInt(prefix, 2) << free;
    table.fill(instruction, first, first + (1 << free));
  }
  return table;
}

// Flags of a result, and of sums and differences of two unsigned words.
function flagsOf(core) {
  const result = (value) => {
    core.N = value < 0;
    core.Z = value === 0;
    return value;
  };
  const add = (a, b) => {
    const sum = result((a + b) | 0);
    core.C = a + b > 0xffffffff;
    core.V = ((a ^ sum) & (b ^ sum)) < 0;
    return sum;
  };
  const subtract = (a, b) => {
    const difference = result((a - b) | 0);
    core.C = a >= b;
    core.V = ((a ^ b) & (a ^ difference)) < 0;
    return difference;
  };
  return { result, add, subtract };
}

function shifts(core) {
  const { registers: r } = core;
  const { result } = flagsOf(core);
  const put = (op, value) => {
    r[op & 7] = result(value);
    return 1;
  };
  return {
    '00000': (op) => { // LSLS Rd, Rm, #n
      const value = r[(op >> 3) & 7];
      const count = (op >> 6) & 31;
      if (count) core.C = ((value >>> (32 - count)) & 1) === 1;
      return put(op, (value << count) | 0);
    },
    '00001': (op) => { // LSRS Rd, Rm, #n (0 means 32)
      const value = r[(op >> 3) & 7];
      const count = (op >> 6) & 31 || 32;
      core.C = ((value >>> (count - 1)) & 1) === 1;
      return put(op, count === 32 ? 0 : (value >>> count) | 0);
    },
    '00010': (op) => { // ASRS Rd, Rm, #n (0 means 32)
      const value = r[(op >> 3) & 7];
      const count = (op >> 6) & 31 || 32;
      core.C = ((value >>> (count - 1)) & 1) === 1;
      return put(op, value >> Math.min(count, 31));
    },
  };
}

function arithmetic(core) {
  const { registers: r } = core;
  const { result, add, subtract } = flagsOf(core);
  const put = (register, value) => {
    r[register] = value;
    return 1;
  };
  const compare = (a, b) => {
    subtract(a, b);
    return 1;
  };
  return {
    '0001100': (op) => put(op & 7, add(r[(op >> 3) & 7], r[(op >> 6) & 7])), // ADDS Rd, Rn, Rm
    '0001101': (op) => put(op & 7, subtract(r[(op >> 3) & 7], r[(op >> 6) & 7])), // SUBS
    '0001110': (op) => put(op & 7, add(r[(op >> 3) & 7], (op >> 6) & 7)), // ADDS Rd, Rn, #n
    '0001111': (op) => put(op & 7, subtract(r[(op >> 3) & 7], (op >> 6) & 7)), // SUBS
    '00100': (op) => put((op >> 8) & 7, result(op & 255)), // MOVS Rd, #n
    '00101': (op) => compare(r[(op >> 8) & 7], op & 255), // CMP Rn, #n
    '00110': (op) => put((op >> 8) & 7, add(r[(op >> 8) & 7], op & 255)), // ADDS Rdn, #n
    '00111': (op) => put((op >> 8) & 7, subtract(r[(op >> 8) & 7], op & 255)), // SUBS
    '0100001010': (op) => compare(r[op & 7], r[(op >> 3) & 7]), // CMP Rn, Rm
    '01000101': (op) => compare(r[((op >> 4) & 8) | (op & 7)], r[(op >> 3) & 15]), // CMP high
  };
}

function dataProcessing(core) {
  const { registers: r } = core;
  const { result, add, subtract } = flagsOf(core);
  const put = (op, value) => {
    r[op & 7] = value;
    return 1;
  };
  const rm = (op) => r[(op >> 3) & 7];
  const carry = () => (core.C ? 1 : 0);
  return {
    '0100000000': (op) => put(op, result(r[op & 7] & rm(op))), // ANDS
    '0100000001': (op) => put(op, result(r[op & 7] ^ rm(op))), // EORS
    '0100000101': (op) => put(op, add(rm(op), r[op & 7] + carry())), // ADCS
    '0100000110': (op) => put(op, subtract(r[op & 7], rm(op) + 1 - carry())), // SBCS
    '0100001000': (op) => (result(r[op & 7] & rm(op)), 1), // TST
    '0100001001': (op) => put(op, subtract(0, rm(op))), // RSBS
    '0100001100': (op) => put(op, result(r[op & 7] | rm(op))), // ORRS
    '0100001101': (op) => put(op, result(Math.imul(r[op & 7], rm(op)))), // MULS
    '0100001110': (op) => put(op, result(r[op & 7] & ~rm(op))), // BICS
    '0100001111': (op) => put(op, result(~rm(op))), // MVNS
  };
}

function highRegisters(core) {
  const { registers: r } = core;
  const read = (register) => (register === PC ? r[PC] + 2 : r[register]);
  const write = (register, value) => {
    if (register < 13) r[register] = value;
    else r[register] = value & (register === PC ? ~1 : register === 13 ? ~3 : ~0);
    return register === PC ? 2 : 1;
  };
  const rd = (op) => ((op >> 4) & 8) | (op & 7);
  return {
    '01000100': (op) => write(rd(op), read(rd(op)) + read((op >> 3) & 15)), // ADD Rdn, Rm
    '01000110': (op) => write(rd(op), read((op >> 3) & 15)), // MOV Rd, Rm
  };
}

function extensions(core) {
  const { registers: r } = core;
  const put = (op, value) => {
    r[op & 7] = value;
    return 1;
  };
  const rm = (op) => r[(op >> 3) & 7];
  return {
    '1011001000': (op) => put(op, (rm(op) << 16) >> 16), // SXTH
    '1011001001': (op) => put(op, (rm(op) << 24) >> 24), // SXTB
    '1011001010': (op) => put(op, rm(op) & 0xffff), // UXTH
    '1011001011': (op) => put(op, rm(op) & 0xff), // UXTB
  };
}

function branches(core, rest) {
  const { registers: r } = core;
  const jump = (offset, cycles) => {
    r[PC] += 2 + offset;
    return cycles;
  };
  return {
    '11100': (op) => jump((op << 21) >> 20, 2), // B
    '1101': (op) => { // B with a condition; SVC and UDF are the rest
      const condition = (op >> 8) & 15;
      if (condition >= 14) return rest();
      return core.checkCondition(condition) ? jump((op << 24) >> 23, 2) : 1;
    },
    '010001110': (op) => { // BX
      core.BXWritePC(r[(op >> 3) & 15]);
      return 2;
    },
    '010001111': (op) => { // BLX
      const target = r[(op >> 3) & 15];
      r[LR] = r[PC] | 1;
      r[PC] = target & ~1;
      return 2;
    },
    '11110': (op) => { // BL; what else begins so is the rest
      const second = core.readUint16(r[PC]);
      if ((second & 0xd000) !== 0xd000) return rest();
      r[LR] = (r[PC] + 2) | 1;
      return jump(farOffset(op, second), 3);
    },
  };
}

// Of a BL: 24 bits with a sign, the two below it inverted wherever the sign is.
function farOffset(first, second) {
  const sign = (first >> 10) & 1;
  const bit23 = ((second >> 13) & 1) ^ sign ^ 1;
  const bit22 = ((second >> 11) & 1) ^ sign ^ 1;
  const high = (sign ? -1 << 24 : 0) | (bit23 << 23) | (bit22 << 22);
  return high | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
}
