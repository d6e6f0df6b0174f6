"""The TLS matrix: real servers, each with one thing right or wrong; the shipped device's verdicts.

Let in wrongly 0, refused wrongly 0. Who is refused has not heard a byte of MQTT.
"""

import json
import shutil
import subprocess

import interpreters
import pytest
import tls_cases
from tls_servers import CONNACK, Servers, issue, lenient_login

DEVICE = interpreters.ROOT / "host_tests/support/tls_device.py"
TIME = interpreters.ROOT / "host_tests/support/tls_time.c"
YEAR_S = 31557600


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def micropython(request):
    return request.param[1]


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    return tls_cases.Matrix(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def cases(matrix):
    return matrix.cases()


def verdicts(micropython, matrix, rows, **environment):
    """{name: "" or why it was refused} of a device that tries one row after the other."""
    defaults = {"host": tls_cases.HOST, "ca": "old.der", "folder": str(matrix.folder)}
    path = matrix.folder / "cases.json"
    path.write_text(json.dumps([{**defaults, **row} for row in rows]))
    done = interpreters.run(micropython, [DEVICE, path], "1M", 120, **environment)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert [name for name, _ in lines] == [row["name"] for row in rows], done.stdout
    return dict(lines)


def at(port):
    return ["127.0.0.1", port]


def test_every_case_of_the_matrix(micropython, matrix, cases):
    with Servers() as servers:
        ports = {name: servers.add(context) for name, context, _, _ in cases}
        rows = [{"name": name, "address": at(ports[name]), **own} for name, _, own, _ in cases]
        found = verdicts(micropython, matrix, rows)
        heard = {name for name, port in ports.items() if port in servers.heard}
    assert len(found) == len(cases) >= 40
    let_in = {name for name, _, _, why in cases if not why}
    assert {name for name, why in found.items() if not why} == let_in, found
    assert heard == let_in
    wrong = {name: (why, found[name]) for name, _, _, why in cases if why not in found[name]}
    assert not wrong


def test_a_client_that_checks_nothing_is_let_in_everywhere(matrix, cases):
    """So what the device refuses it refuses for its own reasons."""
    with Servers() as servers:
        for name, context, _, _ in cases:
            assert lenient_login(servers.add(context), matrix.client()) == CONNACK, name


def test_a_name_that_the_dns_lost_is_reached_where_it_was_and_nobody_else_is_taken_for_it(
    micropython, matrix
):
    with Servers() as servers:
        broker = servers.add(matrix.server(matrix.good))
        impostor = issue(tls_cases.HOST, matrix.stranger, [tls_cases.HOST])
        other = servers.add(matrix.server(impostor))
        rows = [
            {"name": "no answer at first", "address": None},
            {"name": "an impostor's address", "address": at(other), "same": True},
            {"name": "no answer, and none known", "address": None, "same": True},
            {"name": "the broker's address", "address": at(broker), "same": True},
            {"name": "no answer", "address": None, "same": True},
            {"name": "a wrong address", "address": at(other), "same": True},
            {"name": "no answer again", "address": None, "same": True},
        ]
        found = verdicts(micropython, matrix, rows)
        assert other not in servers.heard
    assert [name for name, why in found.items() if not why] == [
        "the broker's address", "no answer", "no answer again",
    ]  # fmt: skip
    assert tls_cases.SIGNED in found["a wrong address"]
    for name in ("no answer at first", "no answer, and none known"):
        assert found[name].startswith("MqttError: no MQTT login: "), found[name]


@pytest.fixture
def told_time(micropython, tmp_path):
    """Environment of an interpreter whose C library takes the time from a file; and that file."""
    if not shutil.which("gcc"):
        pytest.skip("gcc is missing; install it with: sudo apt-get install gcc libc6-dev")
    library, file = tmp_path / "tls_time.so", tmp_path / "time"
    word = "-m32" if micropython == interpreters.unix32() else "-m64"
    command = ["gcc", word, "-Wall", "-Werror", "-shared", "-fPIC", "-o", library, TIME]
    subprocess.run(command, check=True, timeout=60)
    return file, {"LD_PRELOAD": str(library), "TLS_TIME_FILE": str(file)}


def test_a_wrong_clock_refuses_and_the_first_try_after_it_was_set_succeeds(
    micropython, matrix, told_time
):
    """D8. A 32-bit time ends in 2038; there 2040 is 1903, and refused all the same."""
    file, environment = told_time
    years = {"2000": 946684800, "2021": 1609459200, "2040": 2208988800}
    now = int(tls_cases.days(0).timestamp())
    with Servers() as servers:
        port = servers.add(matrix.server(matrix.good))
        rows = []
        for year, utc_s in years.items():
            for name, seconds in ((year, utc_s), (year + ", then set", now)):
                rows.append(
                    {"name": name, "address": at(port), "time": seconds, "time_file": str(file)}
                )
                rows[-1]["same"] = len(rows) > 1  # one device, never begun anew
        found = verdicts(micropython, matrix, rows, **environment)
    for year in years:
        assert "validity" in found[year], found
        assert found[year + ", then set"] == "", found


@pytest.mark.parametrize("late_s", [0, 364 * 86400])
def test_certificates_of_pki_hold_at_the_build_date(micropython, matrix, told_time, late_s):
    """A clock that was lifted to the floor shows it, and a certificate may be made later."""
    file, environment = told_time
    now = int(tls_cases.days(0).timestamp())
    with Servers() as servers:
        row = {"name": "at the floor", "address": at(servers.add(matrix.server(matrix.good)))}
        row.update({"time": now - late_s, "time_file": str(file)})
        assert verdicts(micropython, matrix, [row], **environment) == {"at the floor": ""}
