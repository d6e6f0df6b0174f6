// What is typed at the console, at times or after a text has shown; goes on over power cuts.
//
// Steps {t_s | after, wait_s, send} are taken one after another. `until` ends the run.
const KEPT = 8192; // of what has shown, to look for a text in

export class ConsoleScript {
  constructor(steps, until, send, onEnd) {
    Object.assign(this, { steps: [...steps], until, send, onEnd });
    this.shown = '';
    this.searched = '';
    this.pending = false;
  }

  // The port is open; it is so once in every life of the board.
  ready(machine) {
    this.machine = machine;
    this.pending = false;
    this.advance();
  }

  bytes(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    this.shown = (this.shown + text).slice(-KEPT);
    this.searched = (this.searched + text).slice(-KEPT);
    if (this.until && this.searched.includes(this.until)) this.onEnd();
    this.advance();
  }

  // Schedule the next step when its turn has come.
  advance() {
    const step = this.steps[0];
    if (!step || this.pending || !this.machine) return;
    let atNs = (step.t_s ?? 0) * 1e9;
    if (step.after !== undefined) {
      const found = this.shown.indexOf(step.after);
      if (found < 0) return;
      this.shown = this.shown.slice(found + step.after.length);
      atNs = this.machine.timeNs;
    }
    this.pending = true;
    const waitNs = (step.wait_s ?? 0) * 1e9;
    this.machine.at(Math.max(atNs, this.machine.timeNs) + waitNs, () => this.take());
  }

  take() {
    this.pending = false;
    const { send } = this.steps.shift();
    if (send !== undefined) this.send(Buffer.from(send, 'latin1'));
    this.advance();
  }
}
