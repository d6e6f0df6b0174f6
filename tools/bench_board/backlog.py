"""Runs on MicroPython: lays records that wait into a journal for the emulated board; signs none.

    backlog.py COUNT BYTES DEVICE FOLDER

Each record has so many bytes. FOLDER gets `journal`, as a stock image has it in its files, and
`ring`, the raw flash of our image.
"""

import sys

from file_flash import FileFlash

from wattseal import storage
from wattseal.core import bill
from wattseal.hal.block_flash import BlockFlash

SECTORS = 144  # behind the files, see tools/emulator/flash_image.py
PAGE_BYTES = 256


def lay(journal, count, size, device):
    journal.open()
    for number in range(1, count + 1):
        text = "0" * (size - len(record(device, number, "")))
        journal.append(bill.SESSION, record(device, number, text))
    journal.close()


def record(device, number, text):
    name = "%016x" % number
    return bill.payload(bill.SESSION, name, device, 1 + number % 2, number, name, text)


def main(count, size, device, folder):
    lay(storage.on_files(folder + "/journal"), count, size, device)
    flash = BlockFlash(FileFlash(folder + "/ring", SECTORS), PAGE_BYTES)
    lay(storage.on_flash(flash)[0], count, size, device)


count, size, device, folder = sys.argv[1:]
main(int(count), int(size), device, folder)
