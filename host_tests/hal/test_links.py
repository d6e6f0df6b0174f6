"""Wi-Fi and Ethernet: the exact order of the driver's calls, and when they come."""

import asyncio
import sys

import pytest

OWN_NAME = "wattseal-c0ffee"  # of chip.unique_id
JOIN = [("disconnect",), ("connect", "yard", "secret")]


def wifi(bench, family="rp2"):
    return bench.load(family).wifi("yard", "secret"), bench.load("wifi")


def run_until_up(link):
    asyncio.run(asyncio.wait_for(link.up(), 10))


@pytest.mark.parametrize(
    ("family", "settings"),
    [("rp2", {"pm": 0xA11140}), ("esp32", {"pm": 0, "reconnects": 0})],
)
def test_leaves_before_it_joins_and_pauses_between(bench, family, settings):
    link, _ = wifi(bench, family)
    run_until_up(link)
    assert link.is_up()
    assert bench.chip.calls == [
        (0, "nic", (0,), {}),
        (0, "hostname", OWN_NAME),
        (0, "active", True),
        (0, "config", settings),
        (0, "disconnect"),
        (1000, "connect", "yard", "secret"),
    ]


def test_an_open_network_gets_no_key(bench):
    link = bench.load("rp2").wifi("yard", "")
    run_until_up(link)
    assert bench.chip.names()[-1] == ("connect", "yard", None)


def test_does_nothing_while_it_is_up(bench):
    link, _ = wifi(bench)
    run_until_up(link)
    before = list(bench.chip.calls)
    run_until_up(link)
    assert bench.chip.calls == before


def test_pauses_grow_and_the_interface_is_power_cycled_after_five_failures(bench):
    link, _ = wifi(bench)
    link._wlan.joins[:] = [False] * 6 + [True]
    run_until_up(link)
    joins = [call[0] for call in bench.chip.calls if call[1] == "connect"]
    gaps = [later - earlier for earlier, later in zip(joins, joins[1:])]
    # 15 s of waiting for the join, the pause, 1 s to settle
    assert gaps == [15000 + pause + 1000 for pause in (1000, 2000, 4000, 8000, 16000, 32000)]
    names = bench.chip.names()
    off = names.index(("active", False))
    assert names[:off].count(JOIN[1]) == 5
    assert names[off : off + 6] == [
        ("active", False),
        ("hostname", OWN_NAME),
        ("active", True),
        ("config", {"pm": 0xA11140}),
        *JOIN,
    ]
    assert link.failed_joins == 6


def test_a_pico_ws_radio_loses_its_power(bench, monkeypatch):
    """Off, it would keep it: only deinit takes it."""
    import network
    from chip_network import Cyw43

    radio = type("WLAN", (Cyw43,), {"chip": bench.chip, "joins": [False] * 5 + [True]})
    monkeypatch.setattr(network, "WLAN", radio)
    link, _ = wifi(bench)
    run_until_up(link)
    names = bench.chip.names()
    off = names.index(("active", False))
    on_again = [("hostname", OWN_NAME), ("active", True)]
    assert names[off : off + 4] == [("active", False), ("deinit",), *on_again]
    assert names.count(("deinit",)) == 1


def test_the_loop_has_its_turn_between_the_steps_of_a_radio(bench):
    """Each may take an RP2040's seconds, and its watchdog waits for eight."""
    link, module = wifi(bench)
    turns = []

    async def count():
        while True:
            turns.append(len(bench.chip.calls))
            await module.asyncio.sleep_ms(0)

    async def both():
        counting = asyncio.create_task(count())
        await link.up()
        counting.cancel()

    asyncio.run(asyncio.wait_for(both(), 10))
    calls = [call[1] for call in bench.chip.calls]
    assert {calls.index(name) + 1 for name in ("active", "config", "disconnect")} <= set(turns)


def test_the_pause_never_exceeds_a_minute(bench):
    link, _ = wifi(bench)
    link._wlan.joins[:] = [False] * 20 + [True]
    run_until_up(link)
    joins = [call[0] for call in bench.chip.calls if call[1] == "connect"]
    assert max(later - earlier for earlier, later in zip(joins, joins[1:])) == 76000


def test_a_driver_that_refuses_is_asked_again(bench):
    link, _ = wifi(bench, "esp32")
    link._wlan.refusals[:] = [OSError("Wifi Internal Error"), RuntimeError("Wifi Unknown Error")]
    run_until_up(link)
    assert link.is_up()
    assert link.failed_joins == 2


def test_comes_back_after_the_access_point_was_gone(bench):
    link, _ = wifi(bench)
    run_until_up(link)
    link._wlan.up = False
    assert not link.is_up()
    run_until_up(link)
    assert bench.chip.names()[-2:] == JOIN
    assert link.is_up()


@pytest.mark.parametrize(
    ("family", "interface", "pins"),
    [("esp32", "ethernet_lan8720", (23, 18, 1, 16)),
     ("esp32", "ethernet_w5500", (1, 12, 11, 13, 10, 9, 14)),
     ("rp2", "ethernet_w5500", (0, 18, 19, 16, 17, 20))],
)  # fmt: skip
def test_ethernet_is_switched_on_once_and_waited_for(bench, family, interface, pins):
    link = getattr(bench.load(family), interface)(*pins)
    bench.load("ethernet")  # imported late on an RP2040; its naps too are the chip's
    link._nic.refusals[:] = [OSError("no PHY")]
    bench.chip.at(3000, lambda: setattr(link._nic, "up", True))
    run_until_up(link)
    assert link.is_up()
    on = [call for call in bench.chip.names() if call[0] in ("active", "hostname")]
    assert on == [("hostname", OWN_NAME), ("active", True)] * 2
    assert link.refusals == 1
    assert bench.chip.us <= 3250000


refused = pytest.mark.parametrize(
    ("interface", "arguments", "kind"),
    [("ethernet_lan8720", (23, 18, 1, 16), "LAN"),
     ("ethernet_w5500", (1, 12, 11, 13, 10, 9, 14), "LAN"),
     ("wifi", ("yard", "secret"), "WLAN")],
)  # fmt: skip


class Restarted(Exception):
    pass


@pytest.fixture
def dead(bench, monkeypatch):
    """dead(kind, fault, cause): the driver refuses in a life that began by `cause`; its tries."""

    def prepare(kind, fault, cause):
        import machine
        import network

        tries = []

        class Dead(getattr(network, kind)):
            def __init__(self, *given, **settings):
                tries.append(settings)
                raise fault

        def reset():
            raise Restarted

        monkeypatch.setattr(network, kind, Dead)
        monkeypatch.setattr(machine, "reset_cause", lambda: getattr(machine, cause))
        monkeypatch.setattr(machine, "reset", reset)
        return tries

    return prepare


FAULTS = [OSError(5, "esp_eth_driver_install failed"), RuntimeError("Wifi Unknown Error 0xffff")]


@refused
@pytest.mark.parametrize("fault", FAULTS)
def test_an_esp32s_driver_that_refuses_with_the_power_is_given_one_restart(
    bench, dead, capsys, interface, arguments, kind, fault
):
    """A PHY may have been too slow; a second try in one life falls over what the first left."""
    tries = dead(kind, fault, "PWRON_RESET")
    with pytest.raises(Restarted):
        getattr(bench.load("esp32"), interface)(*arguments)
    assert len(tries) == 1
    assert "starting again, once" in capsys.readouterr().out


@refused
@pytest.mark.parametrize("cause", ["HARD_RESET", "WDT_RESET", "SOFT_RESET"])
def test_an_interface_that_cannot_be_made_is_a_link_that_is_down(
    bench, dead, capsys, interface, arguments, kind, cause
):
    tries = dead(kind, FAULTS[0], cause)
    link = getattr(bench.load("esp32"), interface)(*arguments)
    assert "network: OSError" in capsys.readouterr().out
    bench.load("no_link")
    assert (link.is_up(), link.name_server()) == (False, "")
    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(asyncio.wait_for(link.up(), 0.05))
    assert len(tries) == 1 and bench.chip.us > 86400 * 1000000


def test_a_gateway_is_up_at_once(bench):
    link = bench.load("gateway_link").GatewayLink()
    asyncio.run(link.up())
    assert link.is_up()
    assert bench.chip.names() == []


def test_a_chip_without_a_network_module_still_has_the_rest(bench, monkeypatch):
    monkeypatch.setitem(sys.modules, "network", None)  # importing it fails
    rp2 = bench.load("rp2")
    assert rp2.reset_cause() == "power"
    with pytest.raises(ImportError):
        rp2.wifi("yard", "secret")


def test_an_esp32_s3_hands_each_pin_of_its_w5500_to_the_driver(bench):
    import network

    bench.load("esp32").ethernet_w5500(1, 12, 11, 13, 10, 9, 14)
    made = [call for call in bench.chip.names() if call[0] == "nic"]
    settings = made[0][2]
    assert {name: settings[name].number for name in ("cs", "int", "reset")} == {
        "cs": 10, "int": 9, "reset": 14,
    }  # fmt: skip
    assert settings["phy_type"] == network.PHY_W5500 and len(made) == 1


W5500 = (0, 18, 19, 16, 17, 20)


def test_a_w5500_that_is_not_there_is_never_turned_on(bench):
    """Its driver would wait for it without an end, and the watchdog reset the chip."""
    import machine

    link = bench.load("rp2").ethernet_w5500(*W5500)
    bench.load("ethernet")
    for silent in (0, 255):
        machine.SPI.registers = {0x39: silent}
        with pytest.raises(asyncio.TimeoutError):
            asyncio.run(asyncio.wait_for(link.up(), 0.05))
        assert not link.is_up() and link.refusals > 1
    assert [call for call in bench.chip.names() if call[0] == "active"] == []
    machine.SPI.registers = {0x39: 4}  # it was plugged in
    link._nic.up = True
    run_until_up(link)
    assert [call for call in bench.chip.names() if call[0] == "active"] == [("active", True)]


def test_a_w5500_without_an_address_for_a_quarter_of_an_hour_is_reset(bench):
    """It may have lost its power for a moment, and what it was told with it."""
    link = bench.load("rp2").ethernet_w5500(*W5500)
    bench.load("ethernet")
    bench.chip.at(2000000, lambda: setattr(link._nic, "up", True))
    run_until_up(link)
    calls = [call for call in bench.chip.calls if call[1] == "active"]
    assert [call[2] for call in calls] == [True, False, True, False, True]
    assert calls[3][0] - calls[1][0] == 900000
    stops = [at for at, call in enumerate(bench.chip.names()) if call[0] == "ipconfig"]
    assert [bench.chip.names()[at : at + 2] for at in stops] == [
        [("ipconfig", {"dhcp4": False}), ("active", False)]
    ] * 2  # lwIP counts in a byte who asks DHCP, and of five sockets loses one at each overflow


def test_an_ethernet_of_an_esp32_is_left_alone(bench):
    link = bench.load("esp32").ethernet_lan8720(23, 18, 1, 16)
    bench.load("ethernet")
    bench.chip.at(2000000, lambda: setattr(link._nic, "up", True))
    run_until_up(link)
    assert [call for call in bench.chip.names() if call[0] == "active"] == [("active", True)]


def test_a_w5500_is_asked_while_it_is_selected_and_out_of_its_reset(bench):
    link = bench.load("rp2").ethernet_w5500(*W5500)
    assert link._answers()
    calls = [call for call in bench.chip.names() if call[0] in ("pin", "spi.write")]
    assert calls == [
        ("pin", 17, 1), ("pin", 20, 1),
        ("pin", 17, 0), ("spi.write", b"\x00\x39\x00"), ("pin", 17, 1),
    ]  # fmt: skip


def test_the_name_server_is_the_one_that_dhcp_told(bench):
    links = [wifi(bench)[0], bench.load("rp2").ethernet_w5500(*W5500)]
    assert [link.name_server() for link in links] == ["192.168.7.53"] * 2
    assert bench.load("gateway_link").GatewayLink().name_server is None
