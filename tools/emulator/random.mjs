// A seeded random source (xorshift32): one seed, one run; nothing secret may come from it.
export class Random {
  constructor(seed) {
    this.state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  }

  // 0 to 2^32 - 1.
  word() {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (this.state = x >>> 0);
  }

  byte() {
    return this.word() >>> 24;
  }

  // At least 0, below 1.
  fraction() {
    return this.word() / 2 ** 32;
  }
}
