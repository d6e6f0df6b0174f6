// The meters behind the contactors: energy flows while one is closed, and every edge is logged.
import { EnergyFlow } from './energy_flow.mjs';
import { ModbusMeter } from './modbus_meter.mjs';
import { Rs485Bus, newModbusCounts } from './rs485_bus.mjs';
import { Tampering } from './tampering.mjs';

const hex = (bytes) => bytes && Buffer.from(bytes).toString('hex');

export class Meters {
  constructor({ meters, modbus, tampering, trace_modbus: trace }, log) {
    this.log = log;
    this.counts = newModbusCounts();
    this.flows = meters.map((meter) => ({ meter, flow: flowOf(meter) }));
    this.contactors = new Set(meters.map((meter) => meter.contactor_pin ?? null));
    this.contactors.delete(null);
    const devices = this.flows.map(({ meter, flow }) => new ModbusMeter(meter.profile, flow));
    this.bus = new Rs485Bus(modbus, devices, new Tampering(tampering), this.counts,
      (unit, request, answer, times) => {
        const frames = { request: hex(request), answer: hex(answer) };
        if (trace) log.write('modbus', { unit, ...frames, ...times });
      });
  }

  attach(uart, machine) {
    this.bus.attach(uart, machine);
  }

  // A pin began or ended to drive high; does nothing unless it is a contactor's.
  output(pin, high, timeNs) {
    if (!this.contactors.has(pin)) return;
    const registers = [];
    for (const { meter, flow } of this.flows) {
      if (meter.contactor_pin !== pin) continue;
      if (high) flow.close(timeNs);
      else flow.open(timeNs);
      registers.push({ unit: meter.profile.unit, energy_mwh: flow.energyMwh(timeNs) });
    }
    this.log.write('contactor', { pin, closed: high, registers });
  }

  // What a car draws from now on, in place of the script: {energy_mwh, seconds, power_w}.
  draw(unit, load, timeNs) {
    for (const { meter, flow } of this.flows) {
      if (meter.profile.unit === unit) flow.draw(load, timeNs);
    }
  }

  registers(timeNs) {
    return this.flows.map(({ meter, flow }) => ({
      unit: meter.profile.unit, energy_mwh: flow.energyMwh(timeNs), power_w: flow.powerW(timeNs),
    }));
  }
}

// Without a contactor the energy flows always.
function flowOf({ energy_mwh: registerMwh, rows, contactor_pin: pin }) {
  return new EnergyFlow(rows ?? [], registerMwh ?? 0, (pin ?? null) === null);
}
