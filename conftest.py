"""Lends tests/fixtures.py to every test, those beside the skills too; no test of properties minds how long an example takes."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.fixtures"]
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
