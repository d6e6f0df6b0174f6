"""Signed packages of firmware, configuration and tariff: makes, shows and sends them."""
