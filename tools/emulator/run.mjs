// A whole run: the board's lives one after another, and what outlives them; reads no file.
import { ConsoleScript } from './console_script.mjs';
import { Driver } from './driver.mjs';
import { newFlashCounts } from './flash_chip.mjs';
import { Machine } from './machine.mjs';
import { Meters } from './meters.mjs';
import { Pins } from './pins.mjs';
import { PowerCuts } from './power_cuts.mjs';
import { Random } from './random.mjs';
import { S0Pulses } from './s0_pulses.mjs';
import { newUartCounts } from './uart.mjs';
import { UsbConsole } from './usb_console.mjs';

const CONSOLE_SILENCE_NS = 1e6;
const UART_SILENCE_CHARACTERS = 2.5;
const PORTS = ['uart0', 'uart1'];

export class Run {
  // `scenario`: see scenario.mjs. `bootRom`: words. `flash`: bytes, changed as the board does.
  constructor(scenario, bootRom, flash, log) {
    Object.assign(this, { scenario, log });
    this.boots = 0;
    this.past = { poweredNs: 0, idleNs: 0, instructions: 0, cacheMisses: 0 };
    this.board = this.newBoard(bootRom, flash);
    this.cuts = new PowerCuts(scenario.cuts);
    this.pins = new Pins(scenario.inputs, (pin, high) => this.output(pin, high));
    this.pulses = new S0Pulses(scenario.s0, this.pins);
    this.meters = new Meters(scenario, log);
    this.console = new UsbConsole(
      (bytes) => this.shown(bytes), () => this.script.ready(this.machine));
    this.script = new ConsoleScript(scenario.console, scenario.until,
      (bytes) => this.console.send(bytes), () => this.machine.end('until'));
    this.driver = scenario.driver &&
      new Driver(scenario.driver, (answer) => this.obey(answer), () => this.busyNs);
  }

  newBoard(bootRom, flash) {
    const { timing, seed } = this.scenario;
    return {
      bootRom, flash, timing,
      random: new Random(seed),
      directionPins: PORTS.map((port) => this.scenario[port].direction_pin ?? null),
      flashCounts: newFlashCounts(),
      uartCounts: PORTS.map(newUartCounts),
      onOperation: (...operation) => this.flashOperation(...operation),
    };
  }

  get timeNs() {
    return this.machine?.timeNs ?? 0;
  }

  get idleNs() {
    return this.past.idleNs + (this.machine?.idleNs ?? 0);
  }

  get poweredNs() {
    return this.past.poweredNs + (this.machine ? this.timeNs - this.machine.startNs : 0);
  }

  // Time in which the processor was not free for anything else, waiting for flash included.
  get busyNs() {
    return this.poweredNs - this.idleNs;
  }

  // Returns why the run ended.
  play() {
    this.boot(0, null);
    for (;;) {
      this.machine.run();
      const { kind, why, atNs, offNs, torn } = this.machine.stopped;
      this.log.endLine();
      this.pins.release();
      if (kind === 'end') return why;
      this.log.write(kind, { why, flash_op: this.board.flashCounts.operations, torn });
      this.boot(atNs + offNs, kind === 'watchdog' ? this.machine.kept() : null);
    }
  }

  boot(startNs, kept) {
    const { machine: before, past } = this;
    if (before) {
      past.poweredNs += before.timeNs - before.startNs;
      past.idleNs += before.idleNs;
      past.instructions += before.instructions;
      past.cacheMisses += before.cache.misses;
    }
    const machine = (this.machine = new Machine(this.board, startNs, kept));
    this.boots++;
    this.log.write('boot', { number: this.boots, by: kept ? 'reset' : 'power' });
    machine.at(this.scenario.max_s * 1e9, () => machine.end('max_s'));
    this.console.attach(machine);
    this.cuts.attach(machine);
    this.pins.attach(machine);
    this.pulses.attach(machine);
    this.driver?.attach(machine);
    for (const [number, port] of PORTS.entries()) this.connect(port, machine.mcu.uart[number]);
    const toDriver = this.scenario.driver?.console;
    const silenceNs = () => CONSOLE_SILENCE_NS;
    this.toDriver = toDriver ? this.driver.collector('console', silenceNs) : () => {};
  }

  connect(port, uart) {
    const { peer } = this.scenario[port];
    if (peer === 'meters') this.meters.attach(uart, this.machine);
    if (peer === 'driver') {
      const silenceNs = () => UART_SILENCE_CHARACTERS * uart.characterNs;
      const collect = this.driver.collector(port, silenceNs);
      uart.onByte = (byte) => collect([byte]);
      uart.onBreak = () => this.driver.ask('break', { port });
    }
  }

  flashOperation(number, ns, what, address) {
    if (this.scenario.trace_flash) this.log.write('flash', { what, address, ms: ns / 1e6 });
    this.cuts.operation(ns);
  }

  shown(bytes) {
    this.log.console(bytes);
    this.script.bytes(bytes);
    this.toDriver(bytes);
  }

  output(pin, high) {
    this.meters.output(pin, high, this.timeNs);
    if (this.scenario.watch.includes(pin)) this.log.write('output', { pin, level: high ? 1 : 0 });
    if (this.machine.stopped) return; // the board's end is told by the next boot
    const told = this.scenario.watch.includes(pin) || this.meters.contactors.has(pin);
    if (told) this.driver?.ask('output', { pin, level: high ? 1 : 0 });
  }

  obey(answer) {
    for (const [number, port] of PORTS.entries()) {
      if (answer[port]) this.machine.mcu.uart[number].send(Buffer.from(answer[port], 'hex'));
    }
    if (answer.console) this.console.send(Buffer.from(answer.console, 'hex'));
    for (const [pin, level] of answer.inputs ?? []) this.pins.set(pin, level);
    for (const [unit, load] of answer.loads ?? []) this.meters.draw(unit, load, this.timeNs);
    if (answer.cut) this.machine.powerCut(answer.cut.off_s, 'by the driver');
    if (answer.stop) this.machine.end(answer.stop);
  }
}
