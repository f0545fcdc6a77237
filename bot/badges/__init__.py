"""Platforms that vouch for people by OpenID Connect. Knows the protocol and whom its claims name; knows no user, no visit and no page."""
