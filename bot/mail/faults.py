"""What goes wrong before a mail is handed over, in our words. Knows aiosmtplib's errors; knows no step."""

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from bot.errors import Upstream
from bot.mail.replies import SERVICE, NeedsAdmin, NotTaken, Reply, Stage, refusal

STAGES = {SMTPAuthenticationError: Stage.SIGN_IN, SMTPSenderRefused: Stage.SENDER, SMTPRecipientRefused: Stage.ADDRESSEE}
"""At all other steps it is the opening that was refused."""


@contextmanager
def before_the_dot() -> Iterator[None]:
    """Turns errors of steps in which nothing is accepted: even what was cut off there surely was not delivered.

    Raises: Upstream, NeedsAdmin among them; NotTaken.
    """
    try:
        yield
    except asyncio.CancelledError as cut:
        raise _later("cut") from cut
    except (Upstream, NotTaken):
        raise
    except SMTPResponseException as err:
        raise refusal(Reply.of(err.code, err.message), STAGES.get(type(err), Stage.OPENING)) from err
    except (SMTPServerDisconnected, SMTPTimeoutError, OSError) as err:
        raise (NeedsAdmin("tls") if _is_about_tls(err) else _later(type(err).__name__)) from err
    except SMTPException as err:
        raise NeedsAdmin("no_sign_in") from err
    except ValueError as err:
        raise NeedsAdmin("server") from err


@contextmanager
def closed(smtp: SMTP) -> Iterator[None]:
    """Closes the line when anything goes wrong."""
    try:
        yield
    except BaseException:
        smtp.close()
        raise


def _later(why: str) -> Upstream:
    return Upstream(f"{SERVICE}: {why}")


def _is_about_tls(err: BaseException) -> bool:
    """Whether a certificate or the handshake was refused; a line that merely broke meanwhile may hold the next time."""
    found: BaseException | None = err
    while found is not None:
        if isinstance(found, ssl.SSLError) and not isinstance(found, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return True
        found = found.__cause__
    return False
