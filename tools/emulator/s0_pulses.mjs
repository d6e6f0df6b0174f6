// S0 pulse outputs of meters: the pin is pulled low at an even rate; knows nothing of energy.
const WIDTH_MS = 30; // EN 62053-31: at least 30 ms

export class S0Pulses {
  // `outputs`: [{pin, hz, width_ms, count}]; `given` counts the pulses over the whole run.
  constructor(outputs, pins) {
    this.outputs = outputs.map((output) => ({ width_ms: WIDTH_MS, count: Infinity, ...output }));
    this.pins = pins;
    this.given = Object.fromEntries(outputs.map(({ pin }) => [pin, 0]));
  }

  // The meter runs on through the board's power cuts: pulses stand on a grid of simulated time.
  attach(machine) {
    for (const output of this.outputs) {
      this.pins.set(output.pin, 1);
      this.next(machine, output);
    }
  }

  next(machine, output) {
    const periodNs = 1e9 / output.hz;
    const atNs = (Math.floor(machine.timeNs / periodNs + 1e-9) + 1) * periodNs;
    machine.at(atNs, () => {
      if (this.given[output.pin] >= output.count) return;
      this.given[output.pin]++;
      this.pins.set(output.pin, 0);
      const widthNs = Math.min(output.width_ms * 1e6, periodNs / 2);
      machine.at(atNs + widthNs, () => this.pins.set(output.pin, 1));
      this.next(machine, output);
    });
  }
}
