"""Commissions a device: key, meter, broker, tariff, checks and the report of all of it."""
