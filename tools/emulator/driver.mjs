// A program that takes part in the simulation, asked over a pipe; no time passes meanwhile.
//
// One JSON line each way on standard output and input. Asked is {t_s, busy_s, ask, ...} with ask
// "boot", "console", "uart0", "uart1" (data in hex), "break", "output" or "tick"; the answer may
// hold uart0, uart1, console (hex to send), inputs [[pin, level]], loads [[unit, load]] (as
// meters.mjs has them), cut {off_s} and stop "why".
import fs from 'node:fs';

const READ = 0;
const WRITE = 1;
const NEWLINE = 0x0a;

export class Driver {
  // `wishes`: {every_ms, every_bytes, console}. `obey(answer)`: carries an answer out. `busyNs()`:
  // the processor's, until now.
  constructor(wishes, obey, busyNs) {
    Object.assign(this, { wishes, obey, busyNs });
    this.received = Buffer.alloc(0);
    this.chunk = Buffer.alloc(65536);
  }

  attach(machine) {
    this.machine = machine;
    this.ask('boot');
    this.tick();
  }

  ask(what, fields = {}) {
    const seconds = (ns) => Number((ns / 1e9).toFixed(9));
    const now = { t_s: seconds(this.machine.timeNs), busy_s: seconds(this.busyNs()) };
    fs.writeSync(WRITE, JSON.stringify({ ...now, ask: what, ...fields }) + '\n');
    const line = this.readLine();
    this.obey(line === null ? { stop: 'the driver has gone' } : JSON.parse(line));
  }

  // Bytes of one port, as they come: passed on when the port has been silent for a while, or when
  // there are as many as was wished for.
  collector(port, silenceNs) {
    const most = this.wishes.every_bytes || Infinity;
    let bytes = [];
    const passOn = () => {
      const data = Buffer.from(bytes).toString('hex');
      bytes = [];
      this.ask(port, { data });
    };
    const alarm = this.machine.clock.createAlarm(passOn);
    return (more) => {
      for (const byte of more) bytes.push(byte);
      if (bytes.length < most) {
        alarm.schedule(silenceNs());
      } else {
        alarm.cancel();
        passOn();
      }
    };
  }

  tick() {
    const periodNs = (this.wishes.every_ms ?? 0) * 1e6;
    if (!periodNs) return;
    const next = (Math.floor(this.machine.timeNs / periodNs) + 1) * periodNs;
    this.machine.at(next, () => {
      this.tick();
      this.ask('tick');
    });
  }

  readLine() {
    for (;;) {
      const end = this.received.indexOf(NEWLINE);
      if (end >= 0) {
        const line = this.received.subarray(0, end).toString();
        this.received = this.received.subarray(end + 1);
        return line;
      }
      const count = fs.readSync(READ, this.chunk, 0, this.chunk.length, null);
      if (count === 0) return null;
      this.received = Buffer.concat([this.received, this.chunk.subarray(0, count)]);
    }
  }
}
