// What a bad line or a tampered meter does to an answer, by rules over simulated time alone.
//
// A rule is {from_s, to_s, unit, what, value}; `unit` is every one when it is left out. `what`:
//   silent       no answer                  bad_crc      a broken check sum
//   cut_short    `value` bytes less         exception    the exception code `value`
//   late         `value` ms later           other_unit   the answer of unit `value`
//   register     [address, word] in `value` instead of the meter's own
import { withCrc } from './modbus_crc.mjs';

const CHANGES = {
  silent: () => null,
  bad_crc: (answer) => ({
    ...answer, frame: [...answer.frame.slice(0, -1), answer.frame.at(-1) ^ 0xff],
  }),
  cut_short: (answer, bytes) => ({ ...answer, frame: answer.frame.slice(0, -bytes) }),
  exception: (answer, code) => ({
    ...answer, frame: withCrc([answer.frame[0], answer.frame[1] | 0x80, code]),
  }),
  late: (answer, ms) => ({ ...answer, delayNs: answer.delayNs + ms * 1e6 }),
  other_unit: (answer, unit) => ({
    ...answer, frame: withCrc([unit, ...answer.frame.slice(1, -2)]),
  }),
};

export class Tampering {
  constructor(rules) {
    this.rules = rules;
    this.changed = 0;
    const unknown = rules.find(({ what }) => what !== 'register' && !(what in CHANGES));
    if (unknown) throw new Error(`tampering: "${unknown.what}" is not known`);
  }

  // False words that stand before the meter's own: address -> word.
  falseWords(unit, timeNs) {
    return new Map(this.due(unit, timeNs, true).map(({ value }) => value));
  }

  // `answer`: {frame, delayNs}; null for none.
  apply(answer, unit, timeNs) {
    for (const { what, value } of this.due(unit, timeNs, false)) {
      answer = answer && CHANGES[what](answer, value);
      this.changed++;
    }
    return answer;
  }

  due(unit, timeNs, registers) {
    const time = timeNs / 1e9;
    return this.rules.filter((rule) =>
      (rule.what === 'register') === registers && (rule.unit ?? unit) === unit &&
      time >= (rule.from_s ?? 0) && time < (rule.to_s ?? Infinity));
  }
}
