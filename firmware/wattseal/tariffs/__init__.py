"""What joins a tariff to the firmware; nothing in here is loaded without one."""
