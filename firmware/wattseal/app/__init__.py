"""Decides when things happen; asynchronous; touches no hardware and speaks no protocol."""
