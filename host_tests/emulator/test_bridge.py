"""The board's ports joined to programs outside: mpremote on a pty, a server on TCP."""

import socket
import threading

from mpremote.transport_serial import SerialTransport

from tools.emulator.bridge import Bridge, PtyEnd, TcpEnd
from tools.emulator.flash_image import files_in

CONTENT = bytes(range(256)) * 8


def test_mpremote_puts_a_file_on_the_emulated_board(board):
    end = PtyEnd()
    bridge = Bridge({"console": end})
    said = []

    def deploy():
        try:
            device = SerialTransport(end.path, timeout=20)
            device.enter_raw_repl(soft_reset=True, timeout_overall=20)
            device.fs_mkdir("lib")
            device.fs_writefile("lib/data.bin", CONTENT)
            said.append(device.exec("import os\nprint(os.listdir('lib'))"))
            device.serial.close()
        finally:
            bridge.stop = "mpremote is done"

    person = threading.Thread(target=deploy)
    person.start()
    rig = board()
    outcome = rig.run({"max_s": 600}, bridge, wall_limit_s=60)
    person.join()
    end.close()
    assert said == [b"['data.bin']\r\n"]
    assert outcome.report["stopped"] == "mpremote is done"
    assert files_in(rig.flash)["lib/data.bin"] == CONTENT


TALK = b"""
import time
from machine import UART, Pin
uart = UART(0, baudrate=115200, tx=Pin(0), rx=Pin(1))
for word in (b"one", b"two"):
    uart.write(word)
    begin = time.ticks_ms()
    while not uart.any() and time.ticks_diff(time.ticks_ms(), begin) < 2000:
        pass
    time.sleep_ms(5)
    print(uart.read(), time.ticks_diff(time.ticks_ms(), begin))
print("done")
"""


def test_a_server_on_tcp_answers_within_little_simulated_time(board):
    server = socket.create_server(("127.0.0.1", 0))

    def answer():
        line, _ = server.accept()
        with line:
            while data := line.recv(100):
                line.sendall(data[::-1])

    threading.Thread(target=answer, daemon=True).start()
    bridge = Bridge({"uart0": TcpEnd("127.0.0.1", server.getsockname()[1])}, answer_s=2)
    scenario = {"max_s": 10, "until": "done", "uart0": {"peer": "driver"}}
    outcome = board({"main.py": TALK}).run(scenario, bridge, wall_limit_s=60)
    server.close()
    told = [text.split() for text in outcome.console.splitlines() if text.startswith("b'")]
    assert [word for word, _ in told] == ["b'eno'", "b'owt'"]
    assert all(int(ms) < 20 for _, ms in told)
