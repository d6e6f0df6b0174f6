"""Statements over many bills: what a month came to; counts only what was verified."""
