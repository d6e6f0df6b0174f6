// The command line, `node main.mjs SCENARIO.json OUT`; emulates nothing itself.
//
// Leaves OUT/events.jsonl and OUT/report.json, and writes the flash file back. The driver (if any)
// is asked on standard output. Exit 2: what a person must put right, in one sentence.
import fs from 'node:fs';
import path from 'node:path';
import { EventLog } from './event_log.mjs';
import { reportOf } from './report.mjs';
import { Run } from './run.mjs';
import { readScenario } from './scenario.mjs';

const BOOT_ROM_BYTES = 16384;

function main([scenarioFile, out]) {
  if (!out) throw new Error('usage: node main.mjs SCENARIO.json OUT');
  const scenario = readScenario(scenarioFile);
  const rom = fs.readFileSync(scenario.boot_rom);
  if (rom.length !== BOOT_ROM_BYTES) throw new Error('the boot ROM is not 16,384 bytes long');
  const flash = new Uint8Array(fs.readFileSync(scenario.flash));
  const began = process.hrtime.bigint();
  let run = null;
  const seconds = (ns) => Number((ns / 1e9).toFixed(6));
  const now = () => ({ t_s: seconds(run?.timeNs ?? 0), busy_s: seconds(run?.busyNs ?? 0) });
  const log = new EventLog(path.join(out, 'events.jsonl'), now, scenario.echo);
  run = new Run(scenario, new Uint32Array(new Uint8Array(rom).buffer), flash, log);
  const why = run.play();
  log.close();
  fs.writeFileSync(scenario.flash, flash);
  const wallS = Number(process.hrtime.bigint() - began) / 1e9;
  const report = JSON.stringify(reportOf(run, why, wallS), null, 1);
  fs.writeFileSync(path.join(out, 'report.json'), report + '\n');
}

try {
  main(process.argv.slice(2));
} catch (fault) {
  if (process.env.WATTSEAL_TRACE) throw fault;
  process.stderr.write(`emulator: ${fault.message}\n`);
  process.exitCode = 2;
}
