"""Programs that some tests borrow from the machine. Where one is missing the test skips and says so, unless all are required."""

import os
import shutil

import pytest

REQUIRED_VARIABLE = "TESTS_REQUIRE_TOOLS"


def needed(program: str, why: str) -> str:
    """The path of `program`; skips the test where it is not installed, fails it where TESTS_REQUIRE_TOOLS says that all must be."""
    found = shutil.which(program)
    if found is None:
        told = f"{program} is not installed: {why}"
        if os.environ.get(REQUIRED_VARIABLE):
            pytest.fail(told)
        pytest.skip(told)
    return found
