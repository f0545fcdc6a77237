"""What a process that opens strangers' files gives up first: network, programs, files to write, memory beyond a bound. Reads nothing."""

import resource
import sys
from typing import Any

from bot.errors import Refused

FORBIDDEN = ("socket.connect", "socket.getaddrinfo", "socket.bind", "subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork")


def give_up(memory_bytes: int) -> None:
    """From here on this process reads and thinks, and nothing else. memory_bytes: private memory it may take, the libraries' included."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.addaudithook(refuse)


def refuse(event: str, args: tuple[Any, ...]) -> None:
    """The audit hook: reading needs no network, no program and nothing to write.  Raises: PermissionError."""
    writes = event == "open" and isinstance(args[1], str) and bool(set("wax+") & set(args[1]))
    if writes or event.startswith(FORBIDDEN):
        raise PermissionError(event)


def refusal_for(error: Exception) -> Refused:
    """Why a file is refused whose reading ended like this."""
    match error:
        case Refused():
            return error
        case MemoryError():
            return Refused("too_heavy")
        case FileNotFoundError():
            return Refused("missing")
        case PermissionError():
            return Refused("no_permission")
    return Refused("broken")
