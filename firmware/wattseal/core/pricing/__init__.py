"""Prices: tariffs, local time, boundaries and bills in integers; nothing is loaded without one."""
