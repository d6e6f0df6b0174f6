"""Protocols over contracts (meters, journal, MQTT, signer); knows no pins and no policy."""
