"""Shuts the network for every Python process that a test starts: Python imports this by its name. Knows where the attempts are noted."""

import os
import sys
from pathlib import Path

if "TANDEM_TESTS_OUTSIDE_LOG" in os.environ:
    sys.path.append(str(Path(__file__).parents[2]))
    from tests.network import LOG_VARIABLE, listen

    listen(Path(os.environ[LOG_VARIABLE]))
