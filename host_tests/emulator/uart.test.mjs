// The UART's characters take their time on the wire, both ways; boots no firmware.
import assert from 'node:assert/strict';
import test from 'node:test';
import { RP2040, SimulationClock } from '../../tools/emulator/rp2040js.mjs';
import { Uart, newUartCounts } from '../../tools/emulator/uart.mjs';

const DATA = 0x00, WHOLE = 0x24, PART = 0x28, LINE = 0x2c, CONTROL = 0x30;
const FIFOS = 16, EIGHT_BITS = 3 << 5, EVEN_PARITY = 6, TWO_STOP_BITS = 8, BREAK = 1;
const CHARACTER_9600_NS = 1e9 / 9600 * 10;

function newUart(line = FIFOS | EIGHT_BITS, direction = null) {
  const clock = new SimulationClock();
  const mcu = new RP2040(clock);
  const uart = new Uart(mcu, 1, direction, newUartCounts());
  uart.writeUint32(WHOLE, 813); // 125 MHz / (16 * 9600) = 813.80
  uart.writeUint32(PART, 51);
  uart.writeUint32(LINE, line);
  uart.writeUint32(CONTROL, 0x301);
  return { clock, mcu, uart };
}

const near = (got, wanted) =>
  assert.ok(Math.abs(got / wanted - 1) < 1e-3, `${got}, not ${wanted}`);

test('three characters at 9600 8N1 leave 1.04 ms apart', () => {
  const { clock, uart } = newUart();
  const times = [];
  uart.onByte = (byte) => times.push([byte, clock.nanos]);
  for (const byte of [1, 2, 3]) uart.writeUint32(DATA, byte);
  clock.tick(10e6);
  assert.deepEqual(times.map(([byte]) => byte), [1, 2, 3]);
  times.forEach(([, ns], i) => near(ns, (i + 1) * CHARACTER_9600_NS));
});

test('parity and a second stop bit make a character longer', () => {
  const { uart } = newUart(FIFOS | EIGHT_BITS | EVEN_PARITY | TWO_STOP_BITS);
  near(uart.characterNs, CHARACTER_9600_NS * 1.2);
  assert.equal(uart.format.parity, 'E');
});

test('what arrives waits in a FIFO of 32 and then overruns', () => {
  const { clock, uart } = newUart();
  uart.send(new Array(40).fill(7));
  clock.tick(1.5 * CHARACTER_9600_NS);
  assert.equal(uart.receiveFifo.length, 1);
  clock.tick(50 * CHARACTER_9600_NS);
  assert.equal(uart.receiveFifo.length, 32);
  assert.equal(uart.counts.overrun, 8);
});

test('a listening RS-485 driver sends nothing', () => {
  const { clock, uart } = newUart(FIFOS | EIGHT_BITS, 3);
  uart.onByte = () => assert.fail('nobody drives the line');
  uart.writeUint32(DATA, 1);
  clock.tick(10e6);
  assert.equal(uart.counts.lost_by_direction, 1);
});

test('a break is told once', () => {
  const { uart } = newUart();
  let breaks = 0;
  uart.onBreak = () => breaks++;
  uart.writeUint32(LINE, FIFOS | EIGHT_BITS | BREAK);
  uart.writeUint32(LINE, FIFOS | EIGHT_BITS | BREAK);
  uart.writeUint32(LINE, FIFOS | EIGHT_BITS);
  assert.equal(breaks, 1);
});
