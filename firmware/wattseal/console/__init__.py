"""Whoever is at the console, and what answers there: the joining of it, in a folder of its own.

A board that loads files finds each the slower the more lie beside it, and starts late.
"""
