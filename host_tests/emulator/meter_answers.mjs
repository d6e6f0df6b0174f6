// Answers of the emulated meter line, for test_meter_line.py: JSON in and out; boots no firmware.
import fs from 'node:fs';
import { EnergyFlow } from '../../tools/emulator/energy_flow.mjs';
import { ModbusMeter } from '../../tools/emulator/modbus_meter.mjs';
import { Rs485Bus, newModbusCounts } from '../../tools/emulator/rs485_bus.mjs';
import { SimulationClock } from '../../tools/emulator/rp2040js.mjs';
import { Tampering } from '../../tools/emulator/tampering.mjs';

const LINE = { baud: 9600, parity: 'N', turnround_ms: 20 };
const CHARACTER_NS = 1e9 / 960;

// `requests`: hex, one a second. Each answer is {frame, ms after the request's last character}.
function answers({ meters, requests, tampering, format }) {
  const clock = new SimulationClock();
  const machine = {
    clock,
    get timeNs() { return clock.nanos; },
    at(ns, call) { clock.createAlarm(call).schedule(ns - clock.nanos); },
  };
  const devices = meters.map(({ profile, energy_mwh: energyMwh, rows }) =>
    new ModbusMeter(profile, new EnergyFlow(rows ?? [], energyMwh, true)));
  const counts = newModbusCounts();
  const bus = new Rs485Bus(LINE, devices, new Tampering(tampering ?? []), counts, () => {});
  const got = [];
  let sentNs = 0;
  const uart = {
    characterNs: CHARACTER_NS,
    send: (frame) => got.push({
      frame: Buffer.from(frame).toString('hex'), ms: (clock.nanos - sentNs) / 1e6,
    }),
  };
  bus.attach(uart, machine);
  requests.forEach((request, second) => {
    clock.tick(second * 1e9 - clock.nanos);
    for (const byte of Buffer.from(request, 'hex')) {
      uart.onByte(byte, format ?? { baud: 9615, parity: 'N' });
      sentNs = clock.nanos;
      clock.tick(CHARACTER_NS);
    }
    clock.tick(0.9e9);
    if (got.length <= second) got.push(null);
  });
  return { answers: got, counts };
}

process.stdout.write(JSON.stringify(answers(JSON.parse(fs.readFileSync(0, 'utf8')))));
