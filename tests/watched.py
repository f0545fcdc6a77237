"""Commands watched from outside: what they and their children ask of the network, as the kernel sees it. Knows strace, nothing of ours.

The audit hook of `tests.network` hears Python; this hears native code as well.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from tests.network import is_here
from tests.tools import needed

NAMES_PORT = 53  # a look-up through a resolver on this very machine goes outside all the same
_ADDRESS = re.compile(r'sa_family=AF_INET6?, .*?sin6?_port=htons\((\d+)\).*?(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"')


def watching(log: Path) -> Sequence[str]:
    """The words to put before a command, so that `log` tells what it and its children connected and sent to. Skips without strace."""
    strace = needed("strace", "nobody to watch from outside")
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    return [strace, "--follow-forks", "--seccomp-bpf", "--quiet=all", "--signal=none", "-e", calls, "-o", str(log)]


def outside(log: str) -> list[str]:
    """Each address beyond this machine, with its port, in the order of the log; a question to a name server counts."""
    asked = [(host, int(port)) for port, host in _ADDRESS.findall(log)]
    return [f"{host} port {port}" for host, port in asked if port == NAMES_PORT or not is_here(host)]
