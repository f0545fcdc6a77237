"""The road a turn takes, one step a file. Knows the order of steps; knows no channel, vendor or storage."""
