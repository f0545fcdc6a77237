"""Takes a backup of a home, until it is done or killed: for tests of what that leaves."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.backup.taking import take
from bot.home import Home

if __name__ == "__main__":
    take(Home(Path(sys.argv[1])), Path("none.toml"), Path(sys.argv[2]), "", datetime.now(UTC))
