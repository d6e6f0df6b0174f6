"""Signed records in the forms that other systems take; changes no byte of what was signed."""
