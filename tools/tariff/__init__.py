"""Tools about a tariff before it prices a session: lint, explain, simulate. Prices no record."""
