"""What the firmware leaves on the unix port, as its copies of the key, is for its owner alone."""

import asyncio
import os

import pytest

from tools import firmware_process
from tools.firmware_process import FirmwareFault, FirmwareProcess


def test_its_files_are_for_its_owner_alone_whatever_the_umask_is(tmp_path, monkeypatch):
    script = tmp_path / "micropython"
    script.write_text(f"#!/bin/sh\n: >{tmp_path}/config.json.accepted\necho no\nexit 2\n")
    script.chmod(0o700)
    monkeypatch.setattr(firmware_process, "interpreter", lambda: str(script))
    before = os.umask(0o022)
    try:
        process = FirmwareProcess(tmp_path, "", 1, tmp_path / "log")
        with pytest.raises(FirmwareFault, match="does not start"):
            asyncio.run(process.keep())
    finally:
        os.umask(before)
    assert (tmp_path / "config.json.accepted").stat().st_mode & 0o777 == 0o600
