// The figures of a run as one JSON object, units in their names; measures nothing itself.
const WORST = 5;
const seconds = (ns) => Number((ns / 1e9).toFixed(6));

export function reportOf(run, why, wallS) {
  const { past, machine, board } = run;
  const simulatedNs = run.timeNs;
  return {
    stopped: why,
    simulated_s: seconds(simulatedNs),
    wall_s: Number(wallS.toFixed(3)),
    boots: run.boots,
    clock_mhz: machine.mcu.clkSys / 1e6,
    instructions: past.instructions + machine.instructions,
    xip_misses: past.cacheMisses + machine.cache.misses,
    busy_s: seconds(run.busyNs),
    busy_share: Number((run.busyNs / run.poweredNs).toFixed(6)),
    flash: flashFigures(board.flashCounts),
    uart: board.uartCounts,
    modbus: run.meters.counts,
    meters: run.meters.registers(simulatedNs),
    s0_pulses: run.pulses.given,
  };
}

function flashFigures({ wear, wait_ns: waitNs, ...counts }) {
  const worst = [...wear].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, WORST);
  return {
    ...counts,
    wait_s: seconds(waitNs),
    worn_sectors: wear.size,
    most_worn: worst.map(([offset, erases]) => ({ offset, erases })),
  };
}
