"""What keeps a driver's identity and consent, where the configuration asks for it."""
