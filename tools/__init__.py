"""Host-side programs: simulators, verification, staging. Never imported by the firmware."""
