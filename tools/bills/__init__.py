"""Bills for people: what signed records cost, read and computed anew; changes no record."""
