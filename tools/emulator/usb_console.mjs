// The board's USB serial port with a host at the other end; knows not what the bytes mean.
import { USBCDC } from './rp2040js.mjs';

const PACKET = 64;

export class UsbConsole {
  // `onBytes(bytes)`: the board wrote; `onReady()`: the port is open.
  constructor(onBytes, onReady) {
    Object.assign(this, { onBytes, onReady });
  }

  attach(machine) {
    this.ready = false;
    this.waiting = []; // bytes for the board
    this.wanted = 0; // what the board's pending read may take
    this.usb = machine.mcu.usbCtrl;
    const cdc = (this.cdc = new USBCDC(this.usb));
    cdc.onSerialData = (bytes) => this.onBytes(bytes);
    cdc.onDeviceConnected = () => {
      this.ready = true;
      this.onReady();
      this.pump();
    };
    // rp2040js' own answers an idle read at once, with an endless stream of empty packets.
    this.usb.onEndpointRead = (endpoint, size) => {
      if (endpoint !== cdc.outEndpoint) return;
      this.wanted = size;
      this.pump();
    };
  }

  send(bytes) {
    for (const byte of bytes) this.waiting.push(byte);
    this.pump();
  }

  pump() {
    if (!this.ready || !this.wanted || !this.waiting.length || this.cdc.outEndpoint <= 0) return;
    const packet = this.waiting.splice(0, Math.min(this.wanted, PACKET));
    this.wanted = 0;
    this.usb.endpointReadDone(this.cdc.outEndpoint, Uint8Array.from(packet));
  }
}
