"""Packages of a version for each board, built twice, with what they hold and of whom it is."""
