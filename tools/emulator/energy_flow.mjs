// The energy through one meter, by a script over simulated time; none while its contactor is open.
//
// Whole mWh only: what the register held at one edge and at the next differs by what the script
// says, to the last unit.
export class EnergyFlow {
  // `rows`: [[t_s, energy_mwh, power_w]], energy counted from any start, linear in between.
  constructor(rows, registerMwh, closed) {
    this.rows = [...rows].sort((a, b) => a[0] - b[0]);
    this.heldMwh = registerMwh;
    this.closedAtMwh = closed ? this.offeredMwh(0) : null; // the script's energy at the closing
  }

  // From now on so much energy, evenly in so many seconds, and nothing after; contactor as it is.
  draw({ energy_mwh: energyMwh, seconds, power_w: powerW }, timeNs) {
    const time = timeNs / 1e9;
    this.heldMwh = this.energyMwh(timeNs);
    this.rows = [[time, 0, powerW], [time + seconds, energyMwh, powerW]];
    if (this.closed) this.closedAtMwh = 0;
  }

  get closed() {
    return this.closedAtMwh !== null;
  }

  close(timeNs) {
    this.closedAtMwh ??= this.offeredMwh(timeNs);
  }

  open(timeNs) {
    this.heldMwh = this.energyMwh(timeNs);
    this.closedAtMwh = null;
  }

  energyMwh(timeNs) {
    return this.closed ? this.heldMwh + this.offeredMwh(timeNs) - this.closedAtMwh : this.heldMwh;
  }

  powerW(timeNs) {
    const time = timeNs / 1e9;
    const within = this.rows.length && time >= this.rows[0][0] && time <= this.rows.at(-1)[0];
    return this.closed && within ? Math.floor(this.interpolate(time, 2)) : 0;
  }

  offeredMwh(timeNs) {
    return this.rows.length ? Math.floor(this.interpolate(timeNs / 1e9, 1)) : 0;
  }

  // Column `column` at `time`; before the first and after the last row theirs.
  interpolate(time, column) {
    const next = this.rows.findIndex((row) => row[0] > time);
    if (next === 0) return this.rows[0][column];
    if (next < 0) return this.rows.at(-1)[column];
    const [from, to] = [this.rows[next - 1], this.rows[next]];
    const part = (time - from[0]) / (to[0] - from[0]);
    return from[column] + (to[column] - from[column]) * part;
  }
}
