// The run's events as JSON lines with their simulated times; decides nothing.
import fs from 'node:fs';

const WRITE_AT = 1 << 16;

export class EventLog {
  // `now()`: {t_s, busy_s}. `echo`: show console lines on standard error as well.
  constructor(path, now, echo) {
    Object.assign(this, { now, echo });
    this.file = fs.openSync(path, 'w');
    this.waiting = '';
    this.line = null; // of the console, until it ends: {at, bytes}
  }

  write(event, fields = {}, at = this.now()) {
    this.waiting += JSON.stringify({ ...at, event, ...fields }) + '\n';
    if (this.waiting.length > WRITE_AT) this.flush();
  }

  // Console output; each line has the time of its first character.
  console(bytes) {
    for (const byte of bytes) {
      this.line ??= { at: this.now(), bytes: [] };
      if (byte === 0x0a) this.endLine();
      else this.line.bytes.push(byte);
    }
  }

  endLine() {
    if (!this.line) return;
    const { at, bytes } = this.line;
    this.line = null;
    const text = Buffer.from(bytes).toString('utf8').replace(/\r$/, '');
    this.write('console', { text }, at);
    if (this.echo) process.stderr.write(`[${at.t_s.toFixed(6)}] ${text}\n`);
  }

  flush() {
    fs.writeSync(this.file, this.waiting);
    this.waiting = '';
  }

  close() {
    this.endLine();
    this.flush();
    fs.closeSync(this.file);
  }
}
