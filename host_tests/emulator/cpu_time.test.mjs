// Cycles as simulated time: set when somebody looks, and never past an event that is due.
import assert from 'node:assert/strict';
import test from 'node:test';
import { CpuTime } from '../../tools/emulator/cpu_time.mjs';
import { SimulationClock } from '../../tools/emulator/rp2040js.mjs';

const HERTZ = 125e6; // 8 ns

function newTime() {
  const clock = new SimulationClock();
  return { clock, time: new CpuTime(clock, HERTZ) };
}

test('the clock knows of cycles once they are settled', () => {
  const { clock, time } = newTime();
  time.cycles += 5;
  assert.equal(clock.nanos, 0);
  time.settle();
  assert.deepEqual([clock.nanos, time.cycles], [40, 0]);
});

test('an event is due in the first cycle that reaches its time', () => {
  const { clock, time } = newTime();
  let heard = null;
  clock.createAlarm(() => (heard = clock.nanos)).schedule(17);
  time.plan();
  assert.equal(time.limit, 3);
  time.cycles = 2;
  time.elapse();
  assert.equal(heard, null);
  assert.equal(time.limit, 1);
  time.cycles = 1;
  time.elapse();
  assert.equal(heard, 17);
  assert.equal(clock.nanos, 24);
});

test('another frequency counts from then on', () => {
  const { clock, time } = newTime();
  time.cycles = 2;
  time.settle();
  time.hertz = 1e9;
  time.cycles = 2;
  time.settle();
  assert.equal(clock.nanos, 18);
});

test('once stopped it always returns', () => {
  const { time } = newTime();
  time.plan();
  assert.ok(time.limit > 1000);
  time.stop();
  time.plan();
  assert.equal(time.limit, 0);
});
