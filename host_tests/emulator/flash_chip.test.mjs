// The flash chip's rules by its bus commands: AND programming, erase, tearing; boots no firmware.
import assert from 'node:assert/strict';
import test from 'node:test';
import { FlashChip, newFlashCounts } from '../../tools/emulator/flash_chip.mjs';
import { Random } from '../../tools/emulator/random.mjs';

const SECTOR = 4096;
const TIMING = { sector_erase_ms: 45, page_program_us: 400 };

function newChip() {
  const clock = { nanos: 0 };
  const bytes = new Uint8Array(4 * SECTOR).fill(0xff);
  const counts = newFlashCounts();
  const begun = [];
  const chip = new FlashChip({
    bytes, clock, counts, timing: TIMING, random: new Random(1),
    skip: (ns) => (clock.nanos += ns),
    onOperation: (number, ns) => begun.push([number, ns]),
  });
  const command = (...sent) => {
    chip.select();
    const answers = sent.map((byte) => chip.transfer(byte));
    chip.deselect();
    return answers;
  };
  const ready = () => command(0x05, 0);
  return { chip, clock, bytes, counts, begun, command, ready };
}

test('programming clears bits and never sets one', () => {
  const { bytes, command, ready } = newChip();
  command(0x06);
  command(0x02, 0, 0, 0, 0b11110000);
  ready();
  command(0x06);
  command(0x02, 0, 0, 0, 0b10101010);
  ready();
  assert.equal(bytes[0], 0b10100000);
});

test('a page wraps round, as on the chip', () => {
  const { bytes, command, ready } = newChip();
  command(0x06);
  command(0x02, 0, 0, 0xff, 1, 2);
  ready();
  assert.deepEqual([bytes[0xff], bytes[0], bytes[0x100]], [1, 2, 0xff]);
});

test('erasing sets a whole sector and no other, in its time', () => {
  const { bytes, clock, counts, command, ready } = newChip();
  bytes.fill(0);
  command(0x06);
  command(0x20, 0, 0x10, 0x80);
  ready();
  assert.ok(bytes.subarray(SECTOR, 2 * SECTOR).every((byte) => byte === 0xff));
  assert.equal(bytes[SECTOR - 1] | bytes[2 * SECTOR], 0);
  assert.equal(clock.nanos, 45e6);
  assert.deepEqual([...counts.wear], [[SECTOR, 1]]);
});

test('nothing is written without the write enable, which one write uses up', () => {
  const { bytes, begun, command, ready } = newChip();
  command(0x02, 0, 0, 0, 0);
  command(0x06);
  command(0x02, 0, 0, 1, 0);
  ready();
  command(0x02, 0, 0, 2, 0);
  assert.deepEqual([bytes[0], bytes[1], bytes[2], begun.length], [0xff, 0, 0xff, 1]);
});

test('a busy chip says so and takes no command', () => {
  const { chip, counts, command } = newChip();
  command(0x06);
  command(0x20, 0, 0, 0);
  command(0x06);
  command(0x02, 0, 0, 0, 0);
  assert.equal(counts.operations, 1);
  assert.ok(chip.busy());
});

test('a cut in a page leaves its beginning written and its end alone', () => {
  const { chip, clock, bytes, counts, command } = newChip();
  command(0x06);
  command(0x02, 0, 0, 0, ...new Array(100).fill(0));
  clock.nanos += 400e3 / 2;
  assert.deepEqual(chip.powerLost(), { what: 'program', address: 0, part: 0.5 });
  assert.ok(bytes.subarray(0, 50).every((byte) => byte === 0));
  assert.ok(bytes.subarray(51, 100).every((byte) => byte === 0xff));
  assert.equal(counts.torn, 1);
});

test('a cut in an erase leaves bits set that were, and others', () => {
  const { chip, clock, bytes, command } = newChip();
  bytes.fill(0x0f);
  command(0x06);
  command(0x20, 0, 0, 0);
  clock.nanos += 20e6;
  chip.powerLost();
  const sector = [...bytes.subarray(0, SECTOR)];
  assert.ok(sector.every((byte) => (byte & 0x0f) === 0x0f));
  assert.ok(sector.some((byte) => byte === 0xff) && sector.some((byte) => byte !== 0xff));
});

test('an operation that is over is not torn', () => {
  const { chip, clock, bytes, counts, command } = newChip();
  command(0x06);
  command(0x02, 0, 0, 0, 0);
  clock.nanos += 400e3;
  assert.equal(chip.powerLost(), null);
  assert.deepEqual([bytes[0], counts.torn], [0, 0]);
});

test('a reset of the processor lets the chip finish', () => {
  const { chip, bytes, counts, command } = newChip();
  bytes.fill(0);
  command(0x06);
  command(0x20, 0, 0, 0);
  chip.complete();
  assert.ok(bytes.subarray(0, SECTOR).every((byte) => byte === 0xff));
  assert.equal(counts.torn, 0);
});
