"""The exchange with one mail server (RFC 5321), by aiosmtplib, its faults turned into ours in this one place. Knows no letter."""

import asyncio
import re
import ssl
from contextlib import suppress
from dataclasses import dataclass

from aiosmtplib import SMTP, SMTPException, SMTPReadTimeoutError, SMTPSenderRefused
from aiosmtplib.protocol import SMTPProtocol

from bot.config import Mail as Setting
from bot.errors import Unsure
from bot.mail.faults import before_the_dot, closed
from bot.mail.replies import NeedsAdmin, Reply, Stage, refusal
from bot.mail.written import Mail, domain_of

OPENING_STEPS = 6
"""So many times the time of one step is what all steps before the text get together."""
GO_ON = 354


@dataclass(frozen=True, slots=True)
class Times:
    """How long we wait for a server. step_s: for one answer. ending_s: for it to look through a text before it says that it has it.

    breath_s: between the text and the dot that ends it; what breaks in it surely did not arrive.
    """

    step_s: float = 20.0
    ending_s: float = 60.0
    breath_s: float = 0.05

    @property
    def longest_s(self) -> float:
        """What one mail may take, from the first step to the last."""
        return (OPENING_STEPS + 5) * self.step_s + self.ending_s


def times_of(setting: Setting) -> Times:
    """The times of a house. A server is never hurried at the end: to give up there means to know nothing."""
    return Times(setting.timeout_s, max(60.0, setting.timeout_s))


class MailServer:
    """Hands mails to the server of `[mail]`, a connection each. Nothing is tried twice here."""

    def __init__(self, setting: Setting, password: str, times: Times | None = None) -> None:
        """times: those of `setting` where none are given."""
        self._setting = setting
        self._password = password
        self._trust: ssl.SSLContext | None = None
        self.times = times or times_of(setting)

    async def hand_over(self, mail: Mail) -> None:
        """Return when the server has it.

        Raises: Upstream when it surely has not, NeedsAdmin among them; NotTaken when it never will; Unsure when it may have it.
        """
        smtp = await self._opened()
        try:
            await self._address(smtp, mail)
            await self._send(smtp, mail.content)
        finally:
            _hang_up(smtp)

    async def tried(self) -> None:
        """Connect and sign in, send nothing.  Raises: Upstream."""
        _hang_up(await self._opened())

    async def _opened(self) -> SMTP:
        """Connected, the line closed to others, signed in.  Raises: Upstream."""
        setting, smtp = self._setting, self._client()
        with before_the_dot(), closed(smtp):
            async with asyncio.timeout(OPENING_STEPS * self.times.step_s):
                await smtp.connect()
                if setting.security == "starttls":
                    await _close_to_others(smtp)
                await smtp.ehlo()
                if setting.user:
                    await smtp.login(setting.user, self._password)
        return smtp

    async def _address(self, smtp: SMTP, mail: Mail) -> None:
        """Say who sends and who gets it.  Raises: Upstream, NotTaken."""
        options = [f"SIZE={len(mail.content)}"] if smtp.supports_extension("size") else []
        with before_the_dot():
            try:
                await smtp.mail(mail.sender, options=options)
            except SMTPSenderRefused as err:
                is_ours = isinstance(refusal(Reply.of(err.code, err.message), Stage.SENDER), NeedsAdmin)
                if mail.sender == mail.spare or not is_ours or not smtp.is_connected:
                    raise
                await smtp.mail(mail.spare, options=options)  # it lets us speak for the house alone
            await smtp.rcpt(mail.to)

    async def _send(self, smtp: SMTP, content: bytes) -> None:
        """The text and, as a step of its own, the dot that ends it: before the dot nothing was accepted, after it anything may have been.

        Raises: Upstream, NotTaken; Unsure.
        """
        with before_the_dot():
            line = await _let_in(smtp)
            line.write(re.sub(rb"(?m)^\.", b"..", content))
            with suppress(SMTPReadTimeoutError):
                early = await line.read_response(timeout=self.times.breath_s)
                raise refusal(Reply.of(*early), Stage.TEXT)
        try:
            line.write(b".\r\n")
            said = await line.read_response(timeout=self.times.ending_s)
        except (SMTPException, OSError, TimeoutError) as err:
            raise Unsure(type(err).__name__) from err
        if said.code >= 400:  # noqa: PLR2004 - 4yz and 5yz: it does not have it
            raise refusal(Reply.of(*said), Stage.TEXT)
        if not 200 <= said.code < 300:  # noqa: PLR2004 - 2yz: it has it
            raise Unsure(str(said.code))

    def _client(self) -> SMTP:
        setting = self._setting
        return SMTP(
            hostname=setting.host,
            port=setting.port,
            local_hostname=domain_of(setting.from_),
            timeout=self.times.step_s,
            use_tls=setting.security == "tls",
            start_tls=False,  # done after, so that a server that does not offer it is told from one that fails at it
            tls_context=None if setting.security == "none" else self._trusting(),
        )

    def _trusting(self) -> ssl.SSLContext:
        """Checks certificates and names; made once."""
        if self._trust is None:
            self._trust = ssl.create_default_context()
            self._trust.minimum_version = ssl.TLSVersion.TLSv1_2
            if self._setting.ca_file:
                self._trust.load_verify_locations(self._setting.ca_file)
        return self._trust


async def _close_to_others(smtp: SMTP) -> None:
    await smtp.ehlo()
    if not smtp.supports_extension("starttls"):
        raise NeedsAdmin("no_tls")
    await smtp.starttls()


async def _let_in(smtp: SMTP) -> SMTPProtocol:
    """The line, on which the text is awaited now."""
    begin = await smtp.execute_command(b"DATA")
    if begin.code != GO_ON or smtp.protocol is None:
        raise refusal(Reply.of(*begin), Stage.TEXT)
    return smtp.protocol


def _hang_up(smtp: SMTP) -> None:
    """Say goodbye without waiting for the answer: what was said before holds."""
    if smtp.protocol is not None and smtp.is_connected:
        with suppress(SMTPException, OSError):
            smtp.protocol.write(b"QUIT\r\n")
    smtp.close()
