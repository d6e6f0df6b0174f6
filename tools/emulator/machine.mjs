// One life of the board, from power or reset to the next cut or reset; keeps nothing after it.
import { RP2040, SimulationClock } from './rp2040js.mjs';
import { CpuTime } from './cpu_time.mjs';
import { connectMemory } from './core_memory.mjs';
import { FlashChip } from './flash_chip.mjs';
import { putOnSimulatedTime } from './pio_time.mjs';
import { RingOscillator, VoltageRegulator } from './reset_state.mjs';
import { QspiPins, Ssi } from './ssi.mjs';
import { execute } from './thumb.mjs';
import { Uart } from './uart.mjs';
import { Watchdog } from './watchdog.mjs';
import { XipCache, XipControl } from './xip.mjs';

const SECOND_STAGE_BOOT = 0x10000000; // where the boot ROM jumps to
const BOOT_STACK = 0x20041f00;
const NO_ALARM_NS = 1e6;
const BASE = {
  xipControl: 0x14000, ssi: 0x18000, qspiPins: 0x40018, uart: [0x40034, 0x40038],
  watchdog: 0x40058, rosc: 0x40060, voltageRegulator: 0x40064,
};

const LOGGER = {
  debug() {}, info() {}, warn() {}, // of rp2040js: registers that it does not model
  error(part, text) {
    process.stderr.write(`emulator: ${part}: ${text}\n`);
  },
};

export class Machine {
  // `board`: {bootRom, flash, timing, random, directionPins, flashCounts, uartCounts,
  // onOperation}, the same in every life. `startNs`: simulated time. `kept`: after a reset, what
  // the life before has kept.
  constructor(board, startNs, kept = null) {
    Object.assign(this, { board, startNs });
    this.stopped = null; // {kind, atNs, ...}: why this life ended
    this.idleNs = 0;
    this.instructions = 0;
    this.clock = new SimulationClock();
    const mcu = (this.mcu = new RP2040(this.clock));
    mcu.logger = LOGGER;
    this.time = new CpuTime(this.clock, mcu.clkSys);
    mcu.addClockListener((hertz) => (this.time.hertz = hertz));
    mcu.loadBootrom(board.bootRom);
    mcu.flash.set(board.flash);
    if (kept) mcu.sram.set(kept.ram);
    else this.fillRam();
    this.fitFlash();
    this.fitPeripherals(kept);
    putOnSimulatedTime(mcu);
    mcu.core.PC = SECOND_STAGE_BOOT;
    mcu.core.SP = BOOT_STACK;
  }

  get timeNs() {
    return this.stopped ? this.stopped.atNs : this.startNs + this.clock.nanos;
  }

  // Call at a point of simulated time, unless this life has ended by then.
  at(timeNs, call) {
    const alarm = this.clock.createAlarm(call);
    alarm.schedule(Math.max(0, timeNs - this.timeNs));
    return alarm;
  }

  powerCut(offS, why) {
    this.stop({ kind: 'power cut', why, offNs: offS * 1e9 });
  }

  end(why) {
    this.stop({ kind: 'end', why, offNs: 0 });
  }

  // What a reset by the watchdog leaves alone.
  kept() {
    return { ram: this.mcu.sram, ...this.watchdog.kept() };
  }

  // To the end of this life; the hottest loop of the emulator.
  run() {
    const { time, execute, mcu: { core } } = this;
    let instructions = 0;
    while (!this.stopped) {
      if (core.waiting) {
        this.sleep();
        continue;
      }
      do {
        const cycles = execute(core);
        time.cycles += cycles;
        instructions++;
      } while (time.cycles < time.limit && !core.waiting);
      time.elapse();
    }
    this.instructions += instructions;
  }

  // Until the next event; nothing is computed meanwhile.
  sleep() {
    const { clock } = this;
    const ns = clock.nextAlarm ? clock.nanosToNextAlarm : NO_ALARM_NS;
    this.idleNs += ns;
    clock.tick(ns);
    this.time.plan();
  }

  stop(event) {
    if (this.stopped) return;
    const atNs = this.timeNs;
    let torn = null;
    if (event.kind === 'watchdog') this.chip.complete();
    else torn = this.chip.powerLost();
    this.board.flash.set(this.mcu.flash.subarray(0, this.board.flash.length));
    this.stopped = { ...event, atNs, torn };
    this.time.stop(); // nothing that was to come will
  }

  // RAM holds anything when the power comes; never zeros to rely on.
  fillRam() {
    const { sram, sramView } = this.mcu;
    for (let i = 0; i < sram.length; i += 4) {
      sramView.setUint32(i, this.board.random.word(), true);
    }
  }

  fitFlash() {
    const { mcu, clock, board } = this;
    this.chip = new FlashChip({
      bytes: mcu.flash.subarray(0, board.flash.length),
      clock,
      random: board.random,
      counts: board.flashCounts,
      timing: board.timing,
      skip: (ns) => clock.tick(ns),
      onOperation: board.onOperation,
    });
    this.cache = new XipCache(board.timing.xip_miss_cycles, this.time);
    connectMemory(mcu, this.cache, this.time);
    this.execute = board.timing.library_core ? (core) => core.executeInstruction() : execute;
    const ssi = new Ssi(mcu, this.chip);
    mcu.peripherals[BASE.ssi] = ssi;
    mcu.peripherals[BASE.qspiPins] = new QspiPins(mcu, ssi);
    mcu.peripherals[BASE.xipControl] = new XipControl(mcu, this.cache);
  }

  fitPeripherals(kept) {
    const { mcu, board } = this;
    this.watchdog = new Watchdog(mcu, kept, () => this.stop({ kind: 'watchdog', offNs: 0 }));
    mcu.peripherals[BASE.watchdog] = this.watchdog;
    mcu.peripherals[BASE.rosc] = new RingOscillator(mcu, board.random);
    mcu.peripherals[BASE.voltageRegulator] = new VoltageRegulator(mcu, kept === null);
    for (const [number, base] of BASE.uart.entries()) {
      const uart = new Uart(mcu, number, board.directionPins[number], board.uartCounts[number]);
      mcu.peripherals[base] = mcu.uart[number] = uart;
    }
  }
}
