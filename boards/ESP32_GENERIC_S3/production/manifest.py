"""The manifest of the production image: our own image, and what never gives a Python prompt."""

include("../manifest.py")
module("production.py", base_path="../../RPI_PICO/production")
