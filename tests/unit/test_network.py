"""The shut network: what it lets through, what it refuses, and that nobody gets past it unseen."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network import OutsideConnection, is_here

ELSEWHERE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): routed nowhere


@pytest.fixture
def forgiven(outside_log: Path) -> Path:
    """The log of attempts, for a test that makes some on purpose and has to wipe it."""
    return outside_log


def test_loopback_is_open() -> None:
    """A server of ours on this machine can be talked to."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        answered = client.getpeername()

        assert server.getsockname() == answered


@pytest.mark.parametrize("host", [None, "", "localhost", "127.0.0.1", "127.8.9.1", "::1", "0.0.0.0", "app.localhost", b"localhost"])  # noqa: S104 - named, not bound
def test_here(host: object) -> None:
    """These all name this machine."""
    assert is_here(host)


@pytest.mark.parametrize("host", ["example.com", ELSEWHERE, "10.0.0.1", "2001:db8::1", "<broadcast>", "localhost.example.com"])
def test_elsewhere(host: object) -> None:
    """These do not, private ranges included."""
    assert not is_here(host)


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_connecting_outside_is_refused_and_noted(forgiven: Path, kind: socket.SocketKind) -> None:
    """No packet leaves, and the attempt stays on record until the test takes it off."""
    with socket.socket(socket.AF_INET, kind) as sock, pytest.raises(OutsideConnection):
        sock.connect((ELSEWHERE, 80))

    noted = forgiven.read_text(encoding="utf-8")
    forgiven.write_text("", encoding="utf-8")
    assert noted.startswith(f"socket.connect {ELSEWHERE} ")


def test_looking_up_a_name_outside_is_refused_and_noted(forgiven: Path) -> None:
    """A name server would be told whom we look for."""
    with pytest.raises(OutsideConnection):
        socket.getaddrinfo("example.com", 443)

    noted = forgiven.read_text(encoding="utf-8")
    forgiven.write_text("", encoding="utf-8")
    assert noted.startswith("socket.getaddrinfo example.com ")


def test_a_child_process_is_held_too_even_where_it_swallows_the_refusal(forgiven: Path) -> None:
    """Telemetry hides its failures; the log tells on it."""
    code = f"import socket, contextlib\nwith contextlib.suppress(OSError):\n    socket.create_connection(({ELSEWHERE!r}, 80), 1)"

    subprocess.run([sys.executable, "-c", code], check=True, env=os.environ.copy())

    noted = forgiven.read_text(encoding="utf-8")
    forgiven.write_text("", encoding="utf-8")
    assert noted.startswith(f"socket.getaddrinfo {ELSEWHERE} ")
