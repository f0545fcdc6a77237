"""Long runs over the whole house, by request: load, kills, fuzz. Numbers are printed; what is asserted is never a time."""
