"""Receipts: a session's bill for a driver, as text, HTML and PDF; vouches for nothing itself."""
