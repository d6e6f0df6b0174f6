// When the power fails, at simulated times and inside flash operations; cuts nothing itself.
//
// {t_s, off_s}: at a time. {flash_op, fraction, after_s, off_s}: in the flash_op-th erase or
// program of the whole run, counted from after_s on, when `fraction` of its time has passed.
const OFF_S = 0.2;
const FRACTION = 0.5;

export class PowerCuts {
  constructor(cuts) {
    this.timed = cuts.filter((cut) => cut.t_s !== undefined).sort((a, b) => a.t_s - b.t_s);
    const inFlash = cuts.filter((cut) => cut.flash_op !== undefined);
    this.inFlash = inFlash.map((cut) => ({ ...cut, seen: 0 }));
  }

  // A time that passes while the board is off is no cut.
  attach(machine) {
    this.machine = machine;
    while (this.timed.length && this.timed[0].t_s * 1e9 <= machine.startNs) this.timed.shift();
    const cut = this.timed[0];
    if (cut) machine.at(cut.t_s * 1e9, () => machine.powerCut(cut.off_s ?? OFF_S, 'at a time'));
  }

  // A flash operation of `ns` begins.
  operation(ns) {
    const { machine } = this;
    const timeNs = machine.timeNs;
    for (const cut of [...this.inFlash]) {
      if (timeNs < (cut.after_s ?? 0) * 1e9 || ++cut.seen < cut.flash_op) continue;
      this.inFlash.splice(this.inFlash.indexOf(cut), 1);
      const why = 'in a flash operation';
      const endNs = timeNs + ns * (cut.fraction ?? FRACTION);
      machine.at(endNs, () => machine.powerCut(cut.off_s ?? OFF_S, why));
    }
  }
}
