// The processor's cycles as simulated time; knows no instruction.
//
// Counted are cycles, whole numbers in one place, for nobody looks at the clock between two events
// but who goes to a peripheral: then it is settled first.
const FAR = 1 << 30; // cycles

export class CpuTime {
  constructor(clock, hertz) {
    this.clock = clock;
    this.cycles = 0; // that the clock has not been told of
    this.limit = 0; // of them: an event is due
    this.stopped = false;
    this.hertz = hertz;
  }

  set hertz(hertz) {
    this.cycleNs = 1e9 / hertz;
  }

  // Bring the clock up to date.
  settle() {
    this.clock.nanosCounter += this.cycles * this.cycleNs;
    this.cycles = 0;
  }

  // Find out when the next event is due: it may have become another one.
  plan() {
    const { nextAlarm, nanosCounter } = this.clock;
    if (this.stopped) this.limit = 0;
    else if (nextAlarm === null) this.limit = FAR;
    else this.limit = Math.min(FAR, Math.ceil((nextAlarm.nanos - nanosCounter) / this.cycleNs));
  }

  // Let happen what is due.
  elapse() {
    this.settle();
    this.clock.tick(0);
    this.plan();
  }

  // Nothing more is to happen: return to who looks for the end.
  stop() {
    this.stopped = true;
    this.clock.nextAlarm = null;
    this.limit = 0;
  }
}
