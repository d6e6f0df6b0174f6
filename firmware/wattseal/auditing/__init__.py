"""The audit log, from the device to who audits it: the joining of it, in a folder of its own.

A board that loads files finds each the slower the more lie beside it, and starts late.
"""
