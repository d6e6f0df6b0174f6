// Where npm's rp2040js is: below build/emulator, put there by `make emulator`; adds nothing to it.
const esm = new URL('../../build/emulator/node_modules/rp2040js/dist/esm/', import.meta.url);

async function load(name) {
  try {
    return await import(new URL(name, esm));
  } catch (fault) {
    if (fault.code !== 'ERR_MODULE_NOT_FOUND') throw fault;
    process.stderr.write('emulator: rp2040js is not installed; run: make emulator\n');
    process.exit(2);
  }
}

export const { RP2040, USBCDC, BasePeripheral, GPIOPinState } = await load('index.js');
export const { SimulationClock } = await load('clock/simulation-clock.js');
