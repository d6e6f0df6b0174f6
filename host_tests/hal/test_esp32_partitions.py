"""The ESP32s' partition tables: whole, fit for a stock image, with room for a month of records."""

import csv
import re
from pathlib import Path

import pytest

TABLES = sorted((Path(__file__).parents[2] / "boards").glob("*/partitions.csv"))
SECTOR = 4096
STOCK_APP = ("factory", "app", 0x10000, 0x1F0000)  # MicroPython's partitions-4MiB.csv
MONTH_BYTES = 30 * 24 * 1100  # a month's records, 12 sessions a day
CHECKPOINT_BYTES = 16 * SECTOR


@pytest.fixture(params=TABLES, ids=lambda path: path.parent.name)
def table(request):
    return request.param


@pytest.fixture
def rows(table):
    lines = [line for line in table.read_text().splitlines() if not line.startswith("#")]
    cells = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    return [(row[0], row[1], int(row[3], 0), int(row[4], 0)) for row in cells]


def flash_bytes(table):
    """As the image's own configuration has it."""
    told = (table.parent / "sdkconfig.board").read_text()
    return int(re.search(r"^CONFIG_ESPTOOLPY_FLASHSIZE_(\d+)MB=y$", told, re.M)[1]) << 20


def test_no_partition_lies_on_another_or_beyond_the_flash(table, rows):
    end = 0x9000  # behind the table itself
    for name, _, start, size in rows:
        assert start == end, name
        assert start % SECTOR == size % SECTOR == 0, name
        end = start + size
    assert end == flash_bytes(table)


def test_a_stock_image_runs_with_it(rows):
    assert STOCK_APP in rows
    assert [row[0] for row in rows if row[1] == "data"][2:] == ["vfs", "wattseal"]


def test_the_journals_partition_is_what_the_firmware_looks_for(bench, table, rows):
    bench.board(table.parent.name)
    import esp32

    from wattseal.hal import esp32 as family

    esp32.Partition.labels = [row[0] for row in rows]
    assert family.journal_flash() is not None
    journal_bytes = next(row[3] for row in rows if row[0] == "wattseal") - CHECKPOINT_BYTES
    assert journal_bytes >= MONTH_BYTES
