"""Lends tests/fixtures.py to every test, those beside the skills too."""

pytest_plugins = ["tests.fixtures"]
