"""Reading what the kernel saw: the lines that leave this machine are found, the rest is left alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.watched import outside, watching

ELSEWHERE = "192.0.2.1"  # TEST-NET-1 (RFC 5737): routed nowhere


@pytest.mark.parametrize(
    "call, expected",
    [
        ('connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = 0', ["192.0.2.1 port 443"]),
        (
            'connect(3, {sa_family=AF_INET6, sin6_port=htons(443), inet_pton(AF_INET6, "2001:db8::1", &sin6_addr), 0})',
            ["2001:db8::1 port 443"],
        ),
        ('sendto(4, "", 0, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16)', ["127.0.0.53 port 53"]),
        ('connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', []),
        ('connect(3, {sa_family=AF_UNIX, sun_path="tandem.sock"}, 110) = 0', []),
    ],
)
def test_calls(call: str, expected: list[str]) -> None:
    """Both families, sending without connecting, and a resolver on this machine; not loopback, not a socket in a folder."""
    assert expected == outside(call)


def test_a_grandchild_is_watched(tmp_path: Path) -> None:
    """Who is started by whom we started is ours too. Connecting a datagram socket sends nothing."""
    connects = f"import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(({ELSEWHERE!r}, 9))"
    starts = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {connects!r}], check=True)"

    subprocess.run([*watching(tmp_path / "log"), sys.executable, "-c", starts], check=True, env={})

    assert [f"{ELSEWHERE} port 9"] == outside((tmp_path / "log").read_text(encoding="utf-8"))
