"""Whether a request comes from Slack: its signature and its time. Knows bytes and a secret; reads no body."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

STAMP = re.compile("[0-9]{1,12}")
LONGEST_S = 300
"""How far the time of a request may be off, both ways."""


def fault(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Why this is no request of Slack's, in one word; empty when it is one. headers: names in lower case. now: aware.

    The signature is compared in constant time, and before the clock: whoever lacks the secret learns nothing of ours.
    Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
    """
    stamp, given = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    if not hmac.compare_digest(_made(secret, stamp, body).encode(), given.encode()):
        return "signature"
    if not STAMP.fullmatch(stamp) or abs(now.timestamp() - int(stamp)) > LONGEST_S:
        return "stale"
    return ""


def signed(secret: str, body: bytes, now: datetime) -> Mapping[str, str]:
    """The headers that Slack would send with `body`."""
    stamp = str(int(now.timestamp()))
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": _made(secret, stamp, body)}


def _made(secret: str, stamp: str, body: bytes) -> str:
    return "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
