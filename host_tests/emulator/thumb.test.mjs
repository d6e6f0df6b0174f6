// 16-bit opcodes by the fast core and by rp2040js: the same registers, flags, memory, cycles.
import assert from 'node:assert/strict';
import test from 'node:test';
import { connectMemory } from '../../tools/emulator/core_memory.mjs';
import { CpuTime } from '../../tools/emulator/cpu_time.mjs';
import { Random } from '../../tools/emulator/random.mjs';
import { RP2040, SimulationClock } from '../../tools/emulator/rp2040js.mjs';
import { execute } from '../../tools/emulator/thumb.mjs';
import { XipCache } from '../../tools/emulator/xip.mjs';

const RAM = 0x20000000;
const CODE = 0x100;
const DATA = 0x4000;
const EDGES = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

// Breakpoints leave the emulator; BX and BLX with their lowest bits set are no instructions.
function isUsed(opcode) {
  const top = opcode >> 8;
  return top !== 0xbe && top !== 0xde && !(top === 0x47 && opcode & 7);
}

function newMachine() {
  const mcu = new RP2040(new SimulationClock());
  mcu.logger = SILENT;
  const time = new CpuTime(mcu.clock, mcu.clkSys);
  connectMemory(mcu, new XipCache(64, time), time);
  return { mcu, core: mcu.core };
}

// Values that a program has in its registers: numbers, edges of them, and addresses of RAM.
function fill({ mcu, core }, seed, words) {
  const random = new Random(seed);
  for (let i = 0; i < 13; i++) {
    const kind = random.word() % 3;
    const anywhere = kind === 0 ? random.word() : EDGES[random.word() % EDGES.length];
    core.registers[i] = kind === 1 ? RAM + DATA + (random.word() % 256) * 4 : anywhere;
  }
  core.registers[13] = RAM + DATA + 0x800;
  core.registers[14] = RAM + DATA + 1;
  core.registers[15] = RAM + CODE;
  core.APSR = random.word() & 0xf0000000;
  for (let i = 0; i < 0x1000; i += 4) mcu.sramView.setUint32(DATA + i, random.word(), true);
  words.forEach((word, i) => mcu.sramView.setUint16(CODE + 2 * i, word, true));
}

const state = ({ mcu, core }, cycles) => [
  ...core.registers, core.APSR >>> 0, cycles,
  Buffer.from(mcu.sram.subarray(0, 0x8000)).toString('hex'),
];

function compare(seed, words) {
  const [fast, library] = [machines.fast, machines.library];
  for (const machine of [fast, library]) fill(machine, seed, words);
  const cycles = [execute(fast.core), library.core.executeInstruction()];
  const [got, wanted] = [state(fast, cycles[0]), state(library, cycles[1])];
  assert.deepEqual(got, wanted, `opcode ${words.map((word) => word.toString(16))} seed ${seed}`);
}

const machines = { fast: newMachine(), library: newMachine() };

test('a fifth of all opcodes of 16 bits, each with its own registers', () => {
  for (let opcode = 0; opcode < 0xe800; opcode += 5) {
    if (isUsed(opcode)) compare(opcode + 1, [opcode, 0xbf00]);
  }
});

test('calls near and far, forwards and back', () => {
  const random = new Random(7);
  for (let i = 0; i < 500; i++) {
    compare(i, [0xf000 | (random.word() & 0x7ff), 0xd000 | (random.word() & 0x2fff)]);
  }
});
