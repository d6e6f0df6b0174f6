"""What the frozen image starts with and builds on, a manifest; holds nothing that is staged."""

# Start-up is the ESP32's: our own _boot.py, which formats nothing.
include("../../ESP32_GENERIC/frozen")
