// The meters' end of a Modbus RTU line: frames by silence, a turn-round time; no registers.
import { isWhole, withCrc } from './modbus_crc.mjs';

const SILENCE_CHARACTERS = 3.5;
const FAST_BAUD = 19200; // above it the silence is a fixed time
const FAST_SILENCE_NS = 1.75e6;
const BAUD_TOLERANCE = 0.03;

export function newModbusCounts() {
  return {
    requests: 0, replies: 0, exceptions: 0, bad_crc: 0, bad_format: 0, not_mine: 0, tampered: 0,
  };
}

export class Rs485Bus {
  // `line`: {baud, parity, turnround_ms}. `onExchange(unit, request, answer, times)` hears of
  // each one; `times`: {asked_s, answered_s} of the request's first bit and the answer's last.
  constructor(line, meters, tampering, counts, onExchange) {
    Object.assign(this, { line, tampering, counts, onExchange });
    this.meters = new Map(meters.map((meter) => [meter.unit, meter]));
  }

  attach(uart, machine) {
    Object.assign(this, { uart, machine });
    this.frame = [];
    this.silence = machine.clock.createAlarm(() => this.frameEnded());
    uart.onByte = (byte, format) => this.byte(byte, format);
  }

  byte(byte, format) {
    const { baud, parity } = this.line;
    if (Math.abs(format.baud / baud - 1) > BAUD_TOLERANCE || format.parity !== parity) {
      this.counts.bad_format++;
      return;
    }
    if (!this.frame.length) this.askedNs = this.machine.timeNs - this.uart.characterNs;
    this.frame.push(byte);
    const leastNs = format.baud > FAST_BAUD ? FAST_SILENCE_NS : 0;
    this.silence.schedule(Math.max(SILENCE_CHARACTERS * this.uart.characterNs, leastNs));
  }

  frameEnded() {
    const frame = this.frame;
    this.frame = [];
    if (!isWhole(frame)) {
      this.counts.bad_crc++;
      return;
    }
    const meter = this.meters.get(frame[0]);
    if (meter) this.answer(meter, frame);
    else this.counts.not_mine++;
  }

  answer(meter, request) {
    const timeNs = this.machine.timeNs;
    this.counts.requests++;
    const falseWords = this.tampering.falseWords(meter.unit, timeNs);
    const pdu = meter.answer(request.slice(1, -2), timeNs, falseWords);
    if (pdu[0] & 0x80) this.counts.exceptions++;
    const whole = { frame: withCrc([meter.unit, ...pdu]), delayNs: this.line.turnround_ms * 1e6 };
    const answer = this.tampering.apply(whole, meter.unit, timeNs);
    this.counts.tampered = this.tampering.changed;
    this.onExchange(meter.unit, request, answer?.frame ?? null, this.times(answer, timeNs));
    if (!answer) return;
    this.counts.replies++;
    this.machine.at(timeNs + answer.delayNs, () => this.uart.send(answer.frame));
  }

  times(answer, timeNs) {
    const seconds = (ns) => Number((ns / 1e9).toFixed(6));
    if (!answer) return { asked_s: seconds(this.askedNs), answered_s: null };
    const answeredNs = timeNs + answer.delayNs + answer.frame.length * this.uart.characterNs;
    return { asked_s: seconds(this.askedNs), answered_s: seconds(answeredNs) };
  }
}
