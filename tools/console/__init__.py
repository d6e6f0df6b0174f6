"""The host's side of the console's levels: their keys, and the dialogue that unlocks one."""
