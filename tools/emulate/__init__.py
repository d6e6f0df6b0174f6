"""`make emulate`: the shipped bytes meter real sessions on an emulated RP2040; see __main__."""
