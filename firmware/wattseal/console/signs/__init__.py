"""Which faults there are, and the lamp that shows the worst; it comes late, or never.

It lies below `console`: an entry more beside that makes all of a stock Pico's start slower.
"""
