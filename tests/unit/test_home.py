"""The home's lock and the place of its socket."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import HomeHeld
from bot.home import LONGEST_SOCKET_PATH, Home


def test_second_process_is_told_who_holds_the_home(tmp_path: Path) -> None:
    """Two processes never share a home; the second learns the first one's number."""
    take = "import sys, pathlib; from bot.home import Home\nwith Home(pathlib.Path(sys.argv[1])).held(): pass"
    with Home(tmp_path).held():
        second = subprocess.run([sys.executable, "-c", take, str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)

    assert (1, True) == (second.returncode, f"'pid': '{os.getpid()}'" in second.stderr)


def test_home_is_free_again_after_its_holder(tmp_path: Path) -> None:
    """The lock ends with the block, even by an error."""
    home = Home(tmp_path / "deep" / "home")
    with pytest.raises(ZeroDivisionError), home.held():
        raise ZeroDivisionError

    with home.held():
        held = home.folder.stat().st_mode & 0o777

    assert 0o700 == held


def test_home_held_in_this_process_is_refused_too(tmp_path: Path) -> None:
    """One process does not open a home twice either."""
    with Home(tmp_path).held(), pytest.raises(HomeHeld), Home(tmp_path).held():
        pass


def test_socket_path_stays_short_enough_for_the_kernel(tmp_path: Path) -> None:
    """A home with a long name has its socket elsewhere, always at the same place."""
    home = Home(tmp_path / ("long" * 40))

    assert (True, home.socket) == (len(os.fsencode(home.socket)) <= LONGEST_SOCKET_PATH, Home(home.folder).socket)
