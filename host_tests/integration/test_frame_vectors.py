"""The frames that `make faults` spoils are what pymodbus' server answers today."""

import asyncio

import record_frames
import vectors


def test_pymodbus_still_answers_so():
    assert asyncio.run(record_frames.record()) == vectors.load("modbus_frames.json")["frames"]
