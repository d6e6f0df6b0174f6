// The scenario file: what the emulated board meets, with defaults; reads, and runs nothing.
import fs from 'node:fs';
import path from 'node:path';

const DEFAULTS = {
  boot_rom: null, // file of 16 KB
  flash: null, // file of the whole flash; changed as the board changed it when the run ends
  seed: 1, // of RAM's contents, torn writes and the ring oscillator
  max_s: 60, // simulated seconds
  until: null, // ends the run when the console shows it
  echo: false, // console lines on standard error as well
  timing: {},
  uart0: { peer: null, direction_pin: null }, // peer: meters, driver or nothing
  uart1: { peer: 'meters', direction_pin: null },
  modbus: {},
  meters: [], // {profile, energy_mwh, rows [[t_s, energy_mwh, power_w]], contactor_pin}
  tampering: [], // see tampering.mjs
  trace_modbus: false, // log every exchange
  trace_flash: false, // log every erase and program
  inputs: [], // {t_s, pin, level}
  watch: [], // output pins to log; contactors are logged always
  s0: [], // see s0_pulses.mjs
  console: [], // see console_script.mjs
  cuts: [], // see power_cuts.mjs
  driver: null, // {every_ms, every_bytes, console}: see driver.mjs
};
// Flash: W25Q16JV, typical. 64 cycles for a line of 8 bytes over QSPI come within a quarter of
// what hardware takes for the same Python.
// library_core: every instruction by rp2040js, to compare with.
const TIMING = {
  sector_erase_ms: 45, page_program_us: 400, xip_miss_cycles: 64, library_core: false,
};
const MODBUS = { baud: 9600, parity: 'N', turnround_ms: 20 };

// Paths in the file are taken from the file's own folder.
export function readScenario(file) {
  const given = JSON.parse(fs.readFileSync(file, 'utf8'));
  const unknown = Object.keys(given).find((key) => !(key in DEFAULTS));
  if (unknown) throw new Error(`the scenario's "${unknown}" is not known`);
  const scenario = { ...DEFAULTS, ...given };
  for (const key of ['boot_rom', 'flash']) {
    if (!scenario[key]) throw new Error(`the scenario names no ${key}`);
    scenario[key] = path.resolve(path.dirname(file), scenario[key]);
  }
  scenario.timing = { ...TIMING, ...given.timing };
  scenario.modbus = { ...MODBUS, ...given.modbus };
  const wantsDriver = [scenario.uart0, scenario.uart1].some(({ peer }) => peer === 'driver');
  if (wantsDriver) scenario.driver ??= {};
  return scenario;
}
