"""What people find wrong with Tandem, taken to those who can mend it."""
