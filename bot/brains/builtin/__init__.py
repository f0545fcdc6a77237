"""Models that come with the house: no key, no network."""
