"""Rules about accounts: made, tried on, changed and explained by chat."""
