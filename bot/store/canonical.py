"""JSON in the one form that everybody writes alike (RFC 8785). Knows values; knows no entry and no table."""

from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(value: Mapping[str, Any]) -> bytes:
    """`value` in UTF-8.  Raises: ValueError for what JSON has no one form of (NaN, integers from 2^53 on, lone surrogates)."""
    return rfc8785.dumps(dict(value))
