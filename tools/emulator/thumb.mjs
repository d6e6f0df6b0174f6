// The instructions a program is made of, found by one table; the rest stays rp2040js' own.
//
// The library tries up to 90 comparisons for an instruction. Here the upper ten bits choose a
// function. What they do to registers, flags, memory and time is the same: a test runs both.
// The core is an argument, not enclosed: V8 compiles best what exists once, and a board has lives.
import { BRANCHES, rest } from './thumb_branches.mjs';
import { MEMORY } from './thumb_memory.mjs';

const WORDS = 1024; // of ten bits
const PC = 15;

// Carries out one instruction and returns its cycles.
export function execute(core) {
  if (core.interruptsUpdated) return core.executeInstruction();
  const { registers } = core;
  const opcode = core.memory.read16(registers[PC]);
  registers[PC] += 2;
  return TABLE[opcode >>> 6](core, opcode);
}

function put(core, register, value) {
  core.registers[register] = value;
  return 1;
}

// Flags of a result, and of sums and differences of two unsigned words.
function result(core, value) {
  core.N = value < 0;
  core.Z = value === 0;
  return value;
}

function add(core, a, b) {
  const sum = result(core, (a + b) | 0);
  core.C = a + b > 0xffffffff;
  core.V = ((a ^ sum) & (b ^ sum)) < 0;
  return sum;
}

function subtract(core, a, b) {
  const difference = result(core, (a - b) | 0);
  core.C = a >= b;
  core.V = ((a ^ b) & (a ^ difference)) < 0;
  return difference;
}

function compare(core, a, b) {
  subtract(core, a, b);
  return 1;
}

const SHIFTS = {
  '00000': (core, op) => { // LSLS Rd, Rm, #n
    const value = core.registers[(op >> 3) & 7];
    const count = (op >> 6) & 31;
    if (count) core.C = ((value >>> (32 - count)) & 1) === 1;
    return put(core, op & 7, result(core, (value << count) | 0));
  },
  '00001': (core, op) => { // LSRS Rd, Rm, #n (0 means 32)
    const value = core.registers[(op >> 3) & 7];
    const count = (op >> 6) & 31 || 32;
    core.C = ((value >>> (count - 1)) & 1) === 1;
    return put(core, op & 7, result(core, count === 32 ? 0 : (value >>> count) | 0));
  },
  '00010': (core, op) => { // ASRS Rd, Rm, #n (0 means 32)
    const value = core.registers[(op >> 3) & 7];
    const count = (op >> 6) & 31 || 32;
    core.C = ((value >>> (count - 1)) & 1) === 1;
    return put(core, op & 7, result(core, value >> Math.min(count, 31)));
  },
};

// The registers that an opcode names, in the order of its bits.
const low = (core, op) => core.registers[op & 7];
const middle = (core, op) => core.registers[(op >> 3) & 7];
const high = (core, op) => core.registers[(op >> 6) & 7];
const wide = (core, op) => core.registers[(op >> 8) & 7];

const ARITHMETIC = {
  '0001100': (core, op) => // ADDS Rd, Rn, Rm
    put(core, op & 7, add(core, middle(core, op), high(core, op))),
  '0001101': (core, op) => // SUBS Rd, Rn, Rm
    put(core, op & 7, subtract(core, middle(core, op), high(core, op))),
  '0001110': (core, op) => // ADDS Rd, Rn, #n
    put(core, op & 7, add(core, middle(core, op), (op >> 6) & 7)),
  '0001111': (core, op) => // SUBS Rd, Rn, #n
    put(core, op & 7, subtract(core, middle(core, op), (op >> 6) & 7)),
  '00100': (core, op) => put(core, (op >> 8) & 7, result(core, op & 255)), // MOVS Rd, #n
  '00101': (core, op) => compare(core, wide(core, op), op & 255), // CMP Rn, #n
  '00110': (core, op) => // ADDS Rdn, #n
    put(core, (op >> 8) & 7, add(core, wide(core, op), op & 255)),
  '00111': (core, op) => // SUBS Rdn, #n
    put(core, (op >> 8) & 7, subtract(core, wide(core, op), op & 255)),
  '0100001010': (core, op) => compare(core, low(core, op), middle(core, op)), // CMP Rn, Rm
  '01000101': (core, op) => // CMP of any two
    compare(core, core.registers[any(op)], core.registers[(op >> 3) & 15]),
};

const carry = (core) => (core.C ? 1 : 0);

const DATA_PROCESSING = {
  '0100000000': (core, op) => // ANDS
    put(core, op & 7, result(core, low(core, op) & middle(core, op))),
  '0100000001': (core, op) => // EORS
    put(core, op & 7, result(core, low(core, op) ^ middle(core, op))),
  '0100000101': (core, op) => // ADCS
    put(core, op & 7, add(core, middle(core, op), low(core, op) + carry(core))),
  '0100000110': (core, op) => // SBCS
    put(core, op & 7, subtract(core, low(core, op), middle(core, op) + 1 - carry(core))),
  '0100001000': (core, op) => (result(core, low(core, op) & middle(core, op)), 1), // TST
  '0100001001': (core, op) => // RSBS
    put(core, op & 7, subtract(core, 0, middle(core, op))),
  '0100001100': (core, op) => // ORRS
    put(core, op & 7, result(core, low(core, op) | middle(core, op))),
  '0100001101': (core, op) => // MULS
    put(core, op & 7, result(core, Math.imul(low(core, op), middle(core, op)))),
  '0100001110': (core, op) => // BICS
    put(core, op & 7, result(core, low(core, op) & ~middle(core, op))),
  '0100001111': (core, op) => put(core, op & 7, result(core, ~middle(core, op))), // MVNS
};

// A register of all sixteen, in two parts of an opcode.
const any = (op) => ((op >> 4) & 8) | (op & 7);

function readAny({ registers }, register) {
  return register === PC ? registers[PC] + 2 : registers[register];
}

function writeAny({ registers }, register, value) {
  if (register < 13) registers[register] = value;
  else registers[register] = value & (register === PC ? ~1 : register === 13 ? ~3 : ~0);
  return register === PC ? 2 : 1;
}

const HIGH_REGISTERS = {
  '01000100': (core, op) => // ADD Rdn, Rm
    writeAny(core, any(op), readAny(core, any(op)) + readAny(core, (op >> 3) & 15)),
  '01000110': (core, op) => // MOV Rd, Rm
    writeAny(core, any(op), readAny(core, (op >> 3) & 15)),
};

const EXTENSIONS = {
  '1011001000': (core, op) => put(core, op & 7, (middle(core, op) << 16) >> 16), // SXTH
  '1011001001': (core, op) => put(core, op & 7, (middle(core, op) << 24) >> 24), // SXTB
  '1011001010': (core, op) => put(core, op & 7, middle(core, op) & 0xffff), // UXTH
  '1011001011': (core, op) => put(core, op & 7, middle(core, op) & 0xff), // UXTB
};

// Every ten bits that begin with a prefix (in binary) belong to its instruction.
function tableOf(instructions) {
  const table = new Array(WORDS).fill(rest);
  for (const [prefix, instruction] of Object.entries(instructions)) {
    const free = 10 - prefix.length;
    const first = parseInt(prefix, 2) << free;
    table.fill(instruction, first, first + (1 << free));
  }
  return table;
}

const TABLE = tableOf({
  ...SHIFTS, ...ARITHMETIC, ...DATA_PROCESSING, ...HIGH_REGISTERS, ...EXTENSIONS, ...BRANCHES,
  ...MEMORY,
});
