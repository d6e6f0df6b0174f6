"""What a power cut leaves as it is in a soak run: goes from one life of the device to the next."""


def left(world, plan):
    """As JSON has it: a life is a process, as a device's RAM begins anew."""
    clock, receiver = world.clock, world.receiver
    return {
        "utc_ms": clock.utc_s * 1000 + clock.part_ms, "ticks": clock.ticks,
        "step_ms": world.step_ms, "energy_mwh": world.meters[0].energy_mwh,
        "reachable": world.broker.reachable, "up": world.link.up_now,
        "upto": receiver.upto, "stored": sorted(receiver.stored),
        "declared": sorted(receiver.declared), "plan": plan.left(),
    }  # fmt: skip


def go_on(state, world, plan):
    """`utc_ms` is the clock's already."""
    world.clock.ticks = state["ticks"]  # they wrap after twelve days, and no life is so long
    world.step_ms = state["step_ms"]
    meter = world.meters[0]
    meter.advance()  # nothing flows: its time is the clock's
    meter.energy_mwh = state["energy_mwh"]
    world.broker.reachable = state["reachable"]
    world.link.up_now = state["up"]
    receiver = world.receiver
    receiver.upto = state["upto"]
    receiver.stored.update(dict.fromkeys(state["stored"], True))
    receiver.declared.update(state["declared"])
    plan.go_on(state["plan"], state["ticks"])
