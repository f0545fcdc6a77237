"""What WeCom's errcodes mean: who acts next, how long to wait, and the sentence that says so. Knows no request.

Source: developer.work.weixin.qq.com/document/path/90313 (global errcodes), and what was met in practice; numbers as of 2026-11.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from bot.domain.talk import Lang
from bot.errors import Undeliverable, Upstream
from bot.ports import Words

SERVICE = "WeCom"
ADDRESS = re.compile(r"from ip: ?([0-9a-fA-F.:]+[0-9a-fA-F])")

STALE_TOKEN = frozenset({40014, 41001, 42001, 42009})
"""The token is not good any more, whatever its time said."""
GONE = frozenset({40007, 96484})
"""The platform keeps media for three days."""
ARRIVED_BEFORE = 42014
"""The task id of a card was used before: ours are made of message ids, so an earlier try had arrived."""


class Refusal(Exception):
    """WeCom answered with an errcode. code: 0 for an answer that was none. address: what it takes this server for, where it says so."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"{code} {said[:200]}")
        self.code = code
        found = ADDRESS.search(said)
        self.address = found.group(1) if found else ""


@dataclass(frozen=True, slots=True)
class Fault:
    """key: of the sentence for an admin. wait_s: after which another try makes sense, None for never."""

    key: str
    wait_s: float | None


ADMIN_S = 60.0
"""An admin may mend it at any moment; nothing is lost until then."""

FAULTS = {
    -1: Fault("wecom_busy", 2),
    40001: Fault("wecom_secret", ADMIN_S), 40013: Fault("wecom_corp", ADMIN_S), 42004: Fault("wecom_secret", ADMIN_S),
    40014: Fault("wecom_token", 10), 41001: Fault("wecom_token", 10), 42001: Fault("wecom_token", 10), 42009: Fault("wecom_token", 10),
    40056: Fault("wecom_agent", ADMIN_S), 301002: Fault("wecom_agent", ADMIN_S), 60011: Fault("wecom_rights", ADMIN_S),
    48002: Fault("wecom_rights", ADMIN_S), 48001: Fault("wecom_rights", ADMIN_S),
    60020: Fault("wecom_address", ADMIN_S),
    50001: Fault("wecom_domain", ADMIN_S), 80001: Fault("wecom_domain", ADMIN_S), 85005: Fault("wecom_domain", ADMIN_S),
    50002: Fault("wecom_disabled", ADMIN_S), 50003: Fault("wecom_disabled", ADMIN_S), 90456: Fault("wecom_disabled", ADMIN_S),
    45009: Fault("wecom_too_often", 60), 45011: Fault("wecom_too_often", 60), 45033: Fault("wecom_too_often", 5),
    45035: Fault("wecom_too_often", 5), 45047: Fault("wecom_too_often", 60), 90236: Fault("wecom_day_spent", 3600),
    40029: Fault("wecom_code", None), 42003: Fault("wecom_code", None), 42022: Fault("wecom_code", None), 96442: Fault("wecom_code", None),
    81013: Fault("wecom_nobody", None), 60111: Fault("wecom_nobody", None), 40003: Fault("wecom_nobody", None),
    82001: Fault("wecom_nobody", None), 40031: Fault("wecom_nobody", None), 60102: Fault("wecom_nobody", None),
    701019: Fault("wecom_nobody", None),
}  # fmt: skip
SHAPE = frozenset({
    40004, 40005, 40006, 40008, 40009, 40033, 40035, 40036, 40039, 40057, 40058, 40063, 41005, 41016, 41017, 41018, 41019, 41020, 41021,
    42017, 42018, 42019, 42020, 44001, 44004, 45001, 45002, 45003, 45004, 45005, 45007, 45008, 47001,
})  # fmt: skip
"""What we sent is not as WeCom wants it: sending the same again cannot help."""
UNKNOWN = Fault("wecom_other", 30)


def fault(code: int) -> Fault:
    """What a code means; one that nobody listed is tried again, since it may pass."""
    return Fault("wecom_shape", None) if code in SHAPE else FAULTS.get(code, UNKNOWN)


def sentence(refusal: Refusal, words: Words, lang: Lang) -> str:
    """What an admin can do about it."""
    return words.say(fault(refusal.code).key, lang, code=refusal.code, address=refusal.address or "?")


def passed_on(refusal: Refusal, words: Words, lang: Lang) -> NoReturn:
    """Say it as the house says it.  Raises: Upstream when another try makes sense, Undeliverable when none does."""
    why, wait_s = sentence(refusal, words, lang), fault(refusal.code).wait_s
    if wait_s is None:
        raise Undeliverable(SERVICE, why) from refusal
    raise Refused(why, wait_s) from refusal


class Refused(Upstream):
    """WeCom would not, for now: the text says why, in words for an admin."""

    def __init__(self, why: str, retry_after_s: float) -> None:
        super().__init__(SERVICE, retry_after_s)
        self.args = (f"{SERVICE}: {why}",)
