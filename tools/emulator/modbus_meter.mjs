// An energy meter's answers to Modbus requests, by a profile that Python wrote; no line, no time.
//
// Like the meters it knows one function for each block of registers, and a largest read.
const READ_HOLDING = 3;
const READ_INPUT = 4;
const IDENTIFY = 43;
const MEI_DEVICE_IDENTIFICATION = 14;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_VALUE = 3;
const BITS = { h: 16, H: 16, i: 32, I: 32, q: 64, Q: 64 };

// Registers of `numerator / denominator` counts in a form of Python's struct; whole forms are cut.
export function encode(code, numerator, denominator) {
  if (code === 'f' || code === 'd') {
    const view = new DataView(new ArrayBuffer(8));
    const value = Number(numerator) / Number(denominator);
    if (code === 'f') view.setFloat32(0, value);
    else view.setFloat64(0, value);
    return (code === 'f' ? [0, 2] : [0, 2, 4, 6]).map((at) => view.getUint16(at));
  }
  const bits = BITS[code];
  const count = BigInt.asUintN(bits, numerator / denominator);
  const words = [];
  for (let shift = bits - 16; shift >= 0; shift -= 16) {
    words.push(Number((count >> BigInt(shift)) & 0xffffn));
  }
  return words;
}

export class ModbusMeter {
  constructor(profile, flow) {
    this.profile = profile;
    this.flow = flow;
    this.unit = profile.unit;
    this.words = new Map();
    for (const [address, word] of Object.entries(profile.words)) this.words.set(+address, word);
  }

  // The PDU that answers the PDU `request`; `falseWords` stand before the meter's own.
  answer(request, timeNs, falseWords = new Map()) {
    const [code] = request;
    if (code === READ_HOLDING || code === READ_INPUT) {
      return this.read(request, timeNs, falseWords);
    }
    if (code === IDENTIFY && request[1] === MEI_DEVICE_IDENTIFICATION) return this.identify();
    return [code | 0x80, ILLEGAL_FUNCTION];
  }

  read(request, timeNs, falseWords) {
    const [code] = request;
    const address = (request[1] << 8) | request[2];
    const count = (request[3] << 8) | request[4];
    const { named_addresses: names, named, measured, most_registers: most } = this.profile;
    const allowed = names.includes(address) ? named : measured;
    if (!allowed.includes(code)) return [code | 0x80, ILLEGAL_FUNCTION];
    if (count < 1 || count > most) return [code | 0x80, ILLEGAL_VALUE];
    this.refresh(timeNs);
    const bytes = [];
    for (let i = address; i < address + count; i++) {
      const word = falseWords.get(i) ?? this.words.get(i) ?? 0;
      bytes.push(word >> 8, word & 0xff);
    }
    return [code, bytes.length, ...bytes];
  }

  // Basic identification in one answer: vendor, product code, revision.
  identify() {
    const objects = this.profile.identity.flatMap((text, number) =>
      [number, text.length, ...Buffer.from(text, 'latin1')]);
    const count = this.profile.identity.length;
    return [IDENTIFY, MEI_DEVICE_IDENTIFICATION, 1, 1, 0, 0, count, ...objects];
  }

  // Bring energy and power up to date. All energy registers but the last hold whole counts, the
  // last one what is left.
  refresh(timeNs) {
    const { energy, power, rolls_at_wh: rollsAtWh } = this.profile;
    let leftMwh = BigInt(this.flow.energyMwh(timeNs));
    if (rollsAtWh) leftMwh %= BigInt(rollsAtWh) * 1000n;
    for (const [place, number] of energy.entries()) {
      const [numerator, denominator] = number.wh_per_count.map(BigInt);
      const [left, whole] = [leftMwh * denominator, 1000n * numerator];
      const last = place === energy.length - 1;
      this.put(number, last ? left : left / whole, last ? whole : 1n);
      leftMwh = (left % whole) / denominator;
    }
    const [numerator, denominator] = power.w_per_count.map(BigInt);
    this.put(power, BigInt(this.flow.powerW(timeNs)) * denominator, numerator);
  }

  put({ address, code }, numerator, denominator) {
    const words = encode(code, numerator, denominator);
    if (this.profile.low_word_first) words.reverse();
    words.forEach((word, i) => this.words.set(address + i, word));
  }
}
