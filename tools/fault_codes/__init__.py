"""The catalogue of fault codes on the host: as people read it, and as the README has it."""
