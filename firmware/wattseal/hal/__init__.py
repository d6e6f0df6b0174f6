"""One file per chip family; the only code that imports machine, network, esp32 or rp2."""
