// What reading flash costs: the RP2040's XIP cache (16 KB, two ways) in cycles; holds no data.
import { BasePeripheral } from './rp2040js.mjs';

const SETS = 1024;
const REGISTER = { control: 0x00, flush: 0x04, status: 0x08 };

export class XipCache {
  // `missCycles`: what one line from the flash chip takes; 0: reading flash is free. `time`: a
  // CpuTime.
  constructor(missCycles, time) {
    this.missCycles = missCycles;
    this.time = time;
    this.tags = new Int32Array(2 * SETS);
    this.oldest = new Uint8Array(SETS); // the way to replace
    this.misses = 0;
    this.flush();
  }

  flush() {
    this.tags.fill(-1);
    this.lastLine = -1;
  }

  // A line of the flash is read.
  touch(line) {
    this.lastLine = line;
    const set = line & (SETS - 1);
    if (this.tags[set] === line) this.oldest[set] = 1;
    else if (this.tags[set + SETS] === line) this.oldest[set] = 0;
    else this.miss(line, set);
  }

  miss(line, set) {
    this.misses++;
    this.time.cycles += this.missCycles;
    const way = this.oldest[set];
    this.tags[set + way * SETS] = line;
    this.oldest[set] = 1 - way;
  }
}

export class XipControl extends BasePeripheral {
  constructor(mcu, cache) {
    super(mcu, 'XIP_CTRL');
    this.cache = cache;
    this.registers = new Map([[REGISTER.control, 3], [REGISTER.status, 2]]);
  }

  readUint32(offset) {
    return this.registers.get(offset) ?? 0;
  }

  writeUint32(offset, value) {
    if (offset === REGISTER.flush) this.cache.flush();
    else this.registers.set(offset, value);
  }
}
