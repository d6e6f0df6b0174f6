// Puts rp2040js' PIO state machines on simulated time; changes nothing of what they compute.
//
// The library steps them from setTimeout, apart from simulated time: a run would then depend on
// how fast the host is.
const IDLE_NS = 1e5;
const WAITING_NS = 2e3;

export function putOnSimulatedTime(mcu) {
  for (const pio of mcu.pio) {
    const alarms = pio.machines.map((machine) => stepper(mcu, pio, machine));
    pio.run = () => alarms.forEach((alarm) => alarm.schedule(8));
  }
}

function stepper(mcu, pio, machine) {
  const alarm = mcu.clock.createAlarm(() => {
    if (pio.stopped) return;
    if (!machine.enabled) {
      alarm.schedule(IDLE_NS);
      return;
    }
    const divider = (machine.clockDivInt || 65536) + machine.clockDivFrac / 256;
    const cycleNs = (1e9 / mcu.clkSys) * divider;
    const before = machine.cycles;
    machine.step();
    pio.checkChangedPins();
    const taken = Math.max(1, machine.cycles - before);
    alarm.schedule(machine.waiting ? Math.max(cycleNs, WAITING_NS) : cycleNs * taken);
  });
  return alarm;
}
