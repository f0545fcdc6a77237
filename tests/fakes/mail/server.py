"""A real mail server (aiosmtpd) with a memory, and with moods."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.fakes.mail.certificates import HERE


@dataclass(frozen=True)
class Accepted:
    """A mail that the server took."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    over_tls: bool
    user: str

    @property
    def message(self) -> EmailMessage:
        """The mail as its reader's program understands it."""
        read = message_from_bytes(self.content, policy=default)
        assert isinstance(read, EmailMessage)
        return read


@dataclass
class Mailroom:
    """What the server is asked, and how it answers. moods: verb -> replies to give before it obeys; `cut` hangs up after it has obeyed.

    users: who may sign in, name -> password; without any nobody has to.
    """

    users: Mapping[str, str] = field(default_factory=dict)
    moods: dict[str, list[str]] = field(default_factory=dict)
    accepted: list[Accepted] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    port: int = 0
    connections: int = 0

    def authenticated(self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
        """Whether somebody may come in."""
        assert isinstance(data, LoginPassword)
        name = data.login.decode()
        return AuthResult(success=self.users.get(name) == data.password.decode(), handled=False, auth_data=name)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Sequence[str]) -> str:  # noqa: N802 - aiosmtpd's name
        """Note who sends."""
        self.senders.append(address)
        if mood := self._mood("MAIL"):
            return mood
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 fine"

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: Sequence[str]) -> str:  # noqa: N802 - as above
        """Note whom it goes to."""
        if mood := self._mood("RCPT"):
            return mood
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Take it."""
        mood = self._mood("DATA")
        if mood not in {"", "cut"}:
            return mood
        content = envelope.original_content
        assert content is not None
        user = str(session.auth_data)
        self.accepted.append(Accepted(str(envelope.mail_from), tuple(envelope.rcpt_tos), content, session.ssl is not None, user))
        if mood == "cut":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 2.0.0 have it"

    def _mood(self, verb: str) -> str:
        moods = self.moods.get(verb, [])
        return moods.pop(0) if moods else ""


@asynccontextmanager
async def receiving(
    room: Mailroom, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, largest: int = 1 << 20
) -> AsyncIterator[Mailroom]:
    """Run the server on a free port of this machine. starttls: what it offers, and wants before anything else. tls: from the first byte."""

    def protocol() -> SMTP:
        room.connections += 1
        return SMTP(
            room, data_size_limit=largest, hostname="mail.test", ident="a mail server", tls_context=starttls,
            require_starttls=starttls is not None, timeout=30, auth_required=bool(room.users), auth_require_tls=tls is None,
            authenticator=room.authenticated if room.users else None, loop=asyncio.get_running_loop(),
        )  # fmt: skip

    server = await asyncio.get_running_loop().create_server(protocol, HERE, 0, ssl=tls)
    room.port = server.sockets[0].getsockname()[1]
    try:
        yield room
    finally:
        server.close()
        await server.wait_closed()
