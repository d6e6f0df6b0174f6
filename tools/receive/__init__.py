"""`make receive`: stores what devices sign, then acknowledges it, for as long as it runs."""
