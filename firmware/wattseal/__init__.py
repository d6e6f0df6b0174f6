"""Wattseal, metering firmware for EV chargers. Holds the version and nothing else."""

VERSION = "0.1.0"
