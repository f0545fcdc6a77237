"""Slack: events in, messages, cards and views out. Knows Slack's JSON and its limits; knows no skill and no store.

Its packages take a second to import, so nothing is imported here: `entry` has what the process that listens needs, `house` what the
house needs.
"""
