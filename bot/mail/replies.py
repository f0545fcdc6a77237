"""What a mail server says, and who acts on it next. Knows reply codes (RFC 5321, RFC 3463); knows no letter and no connection."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import Upstream

SERVICE = "mail"
STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
NO_MAILBOX = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.0", "5.2.1", "5.4.4"})
FULL, LARGE = frozenset({"5.2.2"}), frozenset({"5.2.3", "5.3.4"})
BY_CODE = {550: "no_mailbox", 551: "no_mailbox", 553: "no_mailbox", 523: "large", 554: "refused", 571: "refused"}


class Stage(StrEnum):
    """Where in the exchange something was said."""

    OPENING = "opening"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    ADDRESSEE = "addressee"
    TEXT = "text"


class NeedsAdmin(Upstream):
    """Nothing was sent, and nothing will be until an admin acts; letters wait meanwhile.

    why: tls, no_tls, password, no_sign_in, sender or server. code: the server's, 0 where it said none.
    """

    def __init__(self, why: str, code: int = 0, retry_after_s: float = 600.0) -> None:
        super().__init__(f"{SERVICE}: {why} {code}" if code else f"{SERVICE}: {why}", retry_after_s)
        self.why = why
        self.code = code


class NotTaken(Exception):
    """The server will never take this letter. why: no_mailbox, full, large, refused or other."""

    def __init__(self, why: str, code: int, status: str) -> None:
        super().__init__(f"{why} {code} {status}".rstrip())
        self.why = why
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said. status: the enhanced code (RFC 3463) that stands before its words, empty where there is none."""

    code: int
    status: str

    @classmethod
    def of(cls, code: int, words: object) -> "Reply":
        """Of a code and the words that came with it."""
        found = STATUS.match(str(words))
        return cls(code, found[1] if found else "")


def refusal(reply: Reply, stage: Stage) -> Upstream | NotTaken:
    """The error that a refusing reply is: later, never, or once an admin has acted.

    Refusing the addressee or the text is final for this letter. Whatever else is refused for good is no fault of the letter's.
    """
    if not 500 <= reply.code < 600:  # noqa: PLR2004 - 4yz says not now, and anything else says nothing
        return Upstream(f"{SERVICE}: {reply.code}")
    match stage:
        case Stage.SIGN_IN:
            return NeedsAdmin("password", reply.code)
        case Stage.OPENING:
            return NeedsAdmin("server", reply.code)
        case Stage.SENDER if reply.code != 552 and reply.status not in LARGE:  # noqa: PLR2004 - as large as announced, it is too large
            return NeedsAdmin("sender", reply.code)
        case Stage.ADDRESSEE if reply.code == 530:  # noqa: PLR2004 - RFC 4954: authentication required
            return NeedsAdmin("password", reply.code)
        case _:
            return NotTaken(_why(reply, stage), reply.code, reply.status)


def _why(reply: Reply, stage: Stage) -> str:
    if reply.status in NO_MAILBOX:
        return "no_mailbox"
    if reply.status in FULL or reply.status in LARGE:
        return "full" if reply.status in FULL else "large"
    if reply.status.startswith("5.7."):
        return "refused"
    if reply.code == 552:  # noqa: PLR2004 - storage: of the mailbox, or of this one letter
        return "full" if stage is Stage.ADDRESSEE else "large"
    why = BY_CODE.get(reply.code, "other")
    return "refused" if why == "no_mailbox" and stage is Stage.TEXT else why
