"""The auditor's side of a device's audit log: verifies its chain, shows its entries."""
