"""Who of pytest-xdist's workers runs what, and when; it must not decide what a test finds.

The even workers begin with the tests that mostly wait for a line, a broker or a deadline, the odd
ones with those that compute. Both take the longest first, and meet at the short ones.
"""

import os

from xdist.scheduler import LoadScopeScheduling

HERE = "host_tests/"
WAITING = HERE + "integration/"
ON_MICROPYTHON = "::micropython-"
# Files that compute for long, and whose tests have nothing in common.
SPREAD = (
    HERE + "emulator/test_board.py",
    HERE + "emulator/test_core_suite.py",
    HERE + "emulator/test_pulse_counter.py",
)
# Files whose tests look at one long run: on two workers it would be played twice.
TOGETHER = (
    HERE + "integration/test_canary_outputs.py",
    HERE + "integration/test_sealed_run.py",
)
# Below HERE, the seconds of the longest share of a file on an idle machine, from 5 on.
LONG_S = {
    "app/test_clock_jumps.py": 5,
    "app/test_commissioning.py": 6,
    "app/test_commissioning_meters.py": 8,
    "app/test_crowded_checkpoints.py": 8,
    "app/test_connector_restart.py": 6,
    "app/test_event_orders.py": 8,
    "app/test_frame_faults.py": 5,
    "app/test_journal_power_cut.py": 7,
    "app/test_mqtt_hostile.py": 5,
    "app/test_pulse_storm.py": 8,
    "app/test_retention_power_cut.py": 6,
    "app/test_update_power_cut.py": 9,
    "assembly/test_audit.py": 10,
    "assembly/test_updates.py": 12,
    "assembly/test_canary.py": 16,
    "assembly/test_damaged_store.py": 8,
    "assembly/test_exceptions.py": 18,
    "assembly/test_exceptions_audit.py": 16,
    "assembly/test_hangs.py": 16,
    "assembly/test_power_cuts.py": 28,
    "assembly/test_power_cuts_audit.py": 27,
    "assembly/test_power_cuts_duties.py": 6,
    "assembly/test_power_cuts_stored.py": 37,
    "assembly/test_retention_board.py": 12,
    "assembly/test_statistics.py": 36,
    "core/test_wycheproof.py": 5,
    "emulator/test_board.py": 5,
    "emulator/test_core_suite.py": 10,
    "emulator/test_deploy_board.py": 90,
    "emulator/test_detect.py": 20,
    "emulator/test_meter_line.py": 20,
    "emulator/test_native.py": 35,
    "emulator/test_production.py": 20,
    "emulator/test_pulse_counter.py": 12,
    "emulator/test_pulse_sessions.py": 20,
    "emulator/test_sessions.py": 35,
    "integration/test_canary_outputs.py": 40,
    "integration/test_chaos.py": 30,
    "integration/test_command.py": 9,
    "integration/test_console.py": 40,
    "integration/test_console_flood.py": 25,
    "integration/test_deploy_archive.py": 8,
    "integration/test_detect.py": 14,
    "integration/test_frozen_update.py": 40,
    "integration/test_heap_levels.py": 6,
    "integration/test_image_start.py": 20,
    "integration/test_lamp.py": 20,
    "integration/test_kill.py": 26,
    "integration/test_lateness.py": 48,
    "integration/test_meter_faults.py": 10,
    "integration/test_meter_new.py": 6,
    "integration/test_meter_runs.py": 6,
    "integration/test_mqtt_marathon.py": 13,
    "integration/test_network_time.py": 33,
    "integration/test_provision.py": 12,
    "integration/test_receive.py": 20,
    "integration/test_run.py": 18,
    "integration/test_sealed_run.py": 30,
    "integration/test_signatures.py": 10,
    "integration/test_statistics_run.py": 25,
    "integration/test_update.py": 120,
    "integration/test_update_crash.py": 26,
    "integration/test_update_payloads.py": 27,
    "properties/test_modbus_bus.py": 9,
    "properties/test_pricing.py": 11,
    "tools/test_bench_mqtt.py": 30,
    "tools/test_bench_start.py": 20,
    "tools/test_faults.py": 15,
    "tools/test_module_vfs.py": 5,
    "tools/test_release.py": 32,
    "tools/test_size.py": 5,
    "tools/test_soak.py": 25,
    "tools/test_stage.py": 18,
    "tools/test_update.py": 10,
}
# A test that waits is on time only if it gets a processor at once.
NICE = 5


def workers():
    """Two for each processor: half of them mostly wait."""
    return 2 * len(os.sched_getaffinity(0))


def computes(worker_id):
    """Whether the worker "gw3" begins with what computes."""
    return int(worker_id[2:]) % 2 == 1


def give_way(worker_id):
    """The process of a worker that computes lets those pass that wait, as do those it starts."""
    if computes(worker_id):
        os.nice(NICE)


def waits(share):
    return share.startswith(WAITING)


def share_of(nodeid):
    """What is handed out in one piece: a single test, a file on one MicroPython, a file."""
    apart = waits(nodeid) and not nodeid.startswith(TOGETHER)
    single = apart or nodeid.startswith(SPREAD) or ON_MICROPYTHON in nodeid
    return nodeid if single else nodeid.split("::")[0]


def rank(share):
    """Lowest for the longest that waits, highest for the longest that computes."""
    long_s = LONG_S.get(share.split("::")[0].removeprefix(HERE), 1)
    return -long_s if waits(share) else long_s


class Shares(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return share_of(nodeid)

    def _assign_work_unit(self, node):
        choose = max if computes(node.gateway.id) else min
        self.workqueue.move_to_end(choose(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)
