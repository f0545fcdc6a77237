"""Keeps tests off every network but this machine's own loopback, and remembers who tried. Knows Python's sockets; patches nothing.

It listens to Python's audit events (PEP 578), which are raised before a connection is made or a name is looked up. A hook holds for
as long as its process lives. Code that is native through and through raises no such event; a start of the whole house is
watched from outside its process, in the scenarios.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path

LOG_VARIABLE = "TANDEM_TESTS_OUTSIDE_LOG"
CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})


class OutsideConnection(OSError):
    """Something tried to leave this machine."""

    def __init__(self, event: str, where: str) -> None:
        super().__init__(f"{event}: {where} is not on this machine")


def shut(log: Path) -> None:
    """Refuse every connection and look-up beyond loopback, in this process and in the Python processes it starts.

    log: every attempt is a line in this file, so that one whose refusal was swallowed is seen all the same.
    """
    os.environ[LOG_VARIABLE] = str(log)
    closed = str(Path(__file__).parent / "closed")
    os.environ["PYTHONPATH"] = os.pathsep.join([closed, *filter(None, [os.environ.get("PYTHONPATH")])])
    listen(log)


def listen(log: Path) -> None:
    """Refuse and note every attempt of this process."""

    def hook(event: str, args: tuple[object, ...]) -> None:
        where = _outside(event, args)
        if where is None:
            return
        with log.open("a", encoding="utf-8") as lines:
            lines.write(f"{event} {where} by {Path(sys.argv[0]).name}\n")
        raise OutsideConnection(event, where)

    sys.addaudithook(hook)


def is_here(host: object) -> bool:
    """Whether a host, as a socket call names it, is this machine: nothing, localhost, or a loopback or unspecified address."""
    name = host.decode("idna") if isinstance(host, bytes) else host
    if name in (None, "", "localhost", "<broadcast>"):
        return name != "<broadcast>"
    try:
        address = ipaddress.ip_address(str(name).split("%", maxsplit=1)[0])
    except ValueError:
        return str(name).endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def _outside(event: str, args: tuple[object, ...]) -> str | None:
    if event in RESOLVING:
        return None if is_here(args[0]) else str(args[0])
    if event not in CONNECTING:
        return None
    sock, address = args
    if not isinstance(sock, socket.socket) or sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return None
    return None if is_here(address[0]) else str(address[0])
