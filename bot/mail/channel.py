"""The way out by mail: a released letter is handed to the server, and never twice on a guess. Decides nothing about who may send it."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.config import Mail as Setting
from bot.domain.decision import Message
from bot.domain.outcome import Answer
from bot.domain.talk import Lang, Origin
from bot.errors import Undeliverable
from bot.mail.digests import DigestMail
from bot.mail.replies import SERVICE, NeedsAdmin, NotTaken
from bot.mail.server import MailServer
from bot.mail.written import Mail, NotAnAddress, TooLarge, mail_of
from bot.ports import Clock, Words

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

MAIL = "mail"
SENTENCES = Path(__file__).parent / "strings.toml"
Line = tuple[str, str, dict[str, Any]]
"""One line of `tandem check`: state, key of a sentence, facts."""


class MailChannel:
    """The port `Channel` for letters, and for digests to their readers' own addresses. words: with those of `SENTENCES`.

    Where an admin has to act first, the server is left alone until some minutes have passed: a wrong password that is tried again and
    again gets an account locked.
    """

    name = MAIL

    def __init__(self, server: MailServer, setting: Setting, words: Words, clock: Clock, digests: DigestMail | None = None) -> None:
        self._server = server
        self._setting = setting
        self._words = words
        self._clock = clock
        self._digests = digests
        self._trouble: tuple[NeedsAdmin, datetime] | None = None

    async def deliver(self, message: Message) -> str:
        """Hand the letter, or the digest, over; the receipt is the mail's Message-ID.  Raises: Upstream, Unsure, Undeliverable."""
        try:
            mail = await self._written(message)
        except NotAnAddress as err:
            raise self._never("no_address", message.lang) from err
        except TooLarge as err:
            raise self._never("large", message.lang) from err
        self._mind_trouble()
        try:
            await self._server.hand_over(mail)
        except NeedsAdmin as err:
            log.error("mail_waits_for_admin", why=err.why, code=err.code, host=self._setting.host)  # noqa: TRY400 - no bug of ours
            self._trouble = (err, self._clock.now() + timedelta(seconds=err.retry_after_s))
            raise
        except NotTaken as err:
            raise self._never(err.why, message.lang, code=f"{err.code} {err.status}".strip()) from err
        self._trouble = None
        return mail.message_id

    async def reached(self, message: Message) -> bool | None:  # noqa: ARG002 - SMTP has no way of asking
        """Nobody can say: a person is asked."""
        return None

    async def working(self, origin: Origin, lang: Lang, step: str, seconds: float) -> None:
        """Nobody watches a mail being written."""

    def found(self) -> Line:
        """How the line stands, for `tandem check`."""
        if self._trouble is None:
            return "on", "check_mail_going", {"host": self._setting.host}
        return told(self._trouble[0], self._setting)

    async def _written(self, message: Message) -> Mail:
        """The mail.  Raises: NotAnAddress, TooLarge; Undeliverable for what is none."""
        letter = message.outcome.letter if isinstance(message.outcome, Answer) else None
        if letter is not None:
            return mail_of(letter, message.id, self._setting, self._clock.now())
        digest = await self._digests.mail(message, self._clock.now()) if self._digests else None
        if digest is None:
            raise self._never("nothing", message.lang)
        return digest

    def _mind_trouble(self) -> None:
        """Raise again what an admin has to see to, as long as it is not time to look once more."""
        if self._trouble is not None and (left_s := (self._trouble[1] - self._clock.now()).total_seconds()) > 0:
            raise NeedsAdmin(self._trouble[0].why, self._trouble[0].code, left_s)

    def _never(self, why: str, lang: Lang, *, code: str = "") -> Undeliverable:
        return Undeliverable(SERVICE, self._words.say(f"mail_never_{why}", lang, code=f"({code})" if code else ""))


def told(trouble: NeedsAdmin, setting: Setting) -> Line:
    """What an admin has to see to, as a line of `tandem check`."""
    return "wrong", f"check_mail_{trouble.why}", {"host": setting.host, "port": setting.port, "code": trouble.code or "-"}
