"""Draws each board's wiring from its board.py, so that none goes stale; knows no pin itself."""
