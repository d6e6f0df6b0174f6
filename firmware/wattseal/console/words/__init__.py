"""What a technician asks for at the console: one answer a word, loaded for it, and dropped.

It lies below `console`: an entry more beside that makes all of a stock Pico's start slower.
"""
