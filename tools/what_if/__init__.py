"""Past sessions under other tariffs, for whoever chooses one; bills nobody and signs nothing."""
