// The energy through a meter: by script, or as a car draws it; none while the contactor is open.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EnergyFlow } from '../../tools/emulator/energy_flow.mjs';

const SECOND_NS = 1e9;
const LOAD = { energy_mwh: 9001, seconds: 9, power_w: 11000 };

test('a script gives its energy between two edges of the contactor', () => {
  const flow = new EnergyFlow([[0, 0, 7000], [10, 10000, 7000]], 500, false);
  assert.equal(flow.energyMwh(2 * SECOND_NS), 500);
  flow.close(2 * SECOND_NS);
  assert.equal(flow.energyMwh(5 * SECOND_NS), 3500);
  flow.open(6 * SECOND_NS);
  assert.equal(flow.energyMwh(9 * SECOND_NS), 4500);
});

test('a load gives its whole energy in its time and nothing after', () => {
  const flow = new EnergyFlow([], 500, false);
  flow.close(3 * SECOND_NS);
  flow.draw(LOAD, 3 * SECOND_NS);
  assert.equal(flow.energyMwh(3 * SECOND_NS), 500);
  assert.equal(flow.energyMwh(6 * SECOND_NS), 500 + 3000);
  assert.equal(flow.powerW(6 * SECOND_NS), 11000);
  assert.equal(flow.energyMwh(12 * SECOND_NS), 500 + 9001);
  assert.equal(flow.energyMwh(99 * SECOND_NS), 500 + 9001);
  assert.equal(flow.powerW(12.1 * SECOND_NS), 0);
});

test('a contactor that opens ends a load, and the next load begins anew', () => {
  const flow = new EnergyFlow([], 0, false);
  flow.close(0);
  flow.draw(LOAD, 0);
  flow.open(1 * SECOND_NS);
  assert.equal(flow.energyMwh(5 * SECOND_NS), 1000);
  assert.equal(flow.powerW(5 * SECOND_NS), 0);
  flow.close(20 * SECOND_NS);
  flow.draw({ ...LOAD, energy_mwh: 90 }, 20 * SECOND_NS);
  assert.equal(flow.energyMwh(29 * SECOND_NS), 1090);
});
