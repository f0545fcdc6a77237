"""The chats that are on, built where their secrets are there. Their vendors are imported here, late: whoever has none pays for none."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.config import Config
from bot.domain.chart import Chart
from bot.domain.entering import OIDC, PATHS, is_safe
from bot.domain.ids import UserId
from bot.domain.paper import Grid
from bot.domain.people import Speaker, User
from bot.domain.scope import Scope
from bot.domain.talk import Lang
from bot.engine.delivery import DAY_S, Care
from bot.errors import BadConfig, Upstream
from bot.ports import Channel, Clock, Directory, Drafts, Homepage, MediaSource, Outbox, RecordQueries, Reviews
from bot.secrets import ChannelSecrets
from bot.turns.arrive import Door
from bot.vouched import Badge
from bot.words import TomlWords

if TYPE_CHECKING:
    from bot.badges.openid import OpenId

MAIL_PATIENCE_S = 3 * DAY_S
"""A server that is not let in on a Friday evening is seen to on Monday."""

Finding = tuple[str, str, Mapping[str, Any]]
"""State, key of a sentence, facts: one line of `tandem check`."""


@dataclass(frozen=True)
class Around:
    """What the chats are built among. spool: for files that are fetched before anybody asks. scope, sayings: of one person.

    person: one of ours by id. url: how people reach the page.
    """

    config: Config
    spool: Path
    words: TomlWords
    clock: Clock
    door: Door
    outbox: Outbox
    drafts: Drafts
    records: RecordQueries
    scope: Callable[[Speaker], Scope]
    sayings: Callable[[Speaker], Sequence[str]]
    picture: Callable[[Chart, Lang], Awaitable[bytes]]
    table: Callable[[Grid, Lang], Awaitable[bytes]]
    person: Callable[[UserId], Awaitable[User | None]]
    reviews: Reviews | None = None
    url: str = ""


@dataclass
class Connections:
    """What the house has of the chats that are on, by channel.

    lines: how a connection stands that must not be tried by anybody else. cares: what is not sent as the rest. badges: who vouches for
    people at the page, by name.
    """

    exits: dict[str, Channel] = field(default_factory=dict)
    homes: dict[str, Callable[[], Awaitable[str]]] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    sources: dict[str, MediaSource] = field(default_factory=dict)
    homepages: dict[str, Homepage] = field(default_factory=dict)
    lines: dict[str, Callable[[], Finding]] = field(default_factory=dict)
    cares: dict[str, Care] = field(default_factory=dict)
    badges: dict[str, Badge] = field(default_factory=dict)
    begins: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    ends: list[Callable[[], Awaitable[None]]] = field(default_factory=list)

    async def start(self) -> None:
        """Begin to listen where it is us who call; a platform that is away keeps no house from starting."""
        for begin in self.begins:
            await begin()

    async def close(self) -> None:
        """Hang up, the last first."""
        for end in reversed(self.ends):
            await end()


def connected(secrets: ChannelSecrets, around: Around) -> Connections:
    """The chats whose secrets are there; nothing is asked of a platform yet."""
    connections = Connections()
    _add_wecom(connections, secrets, around)
    _add_wecom_bot(connections, secrets, around)
    _add_slack(connections, secrets, around)
    _add_mail(connections, secrets, around)
    _add_badges(connections, secrets, around)
    return connections


def _add_wecom(connections: Connections, secrets: ChannelSecrets, around: Around) -> None:
    if (mine := secrets.wecom) is None:
        return
    from bot.channels.wecom.builder import wecom_house  # noqa: PLC0415 - only where it is on

    base, public_url = around.config.channels.wecom.api_base, around.config.server.public_url
    app = wecom_house(mine, base, public_url, around.words, around.clock, picture=around.picture, grid=around.table)
    name = app.channel.name
    connections.exits[name], connections.sources[name] = app.channel, app.media
    connections.directories[name] = app.directory
    if public_url:
        connections.badges[name] = app.badge
    connections.homes[name] = _always(mine.corp_id)
    connections.begins.append(app.channel.start)
    connections.ends.append(app.channel.close)


def _add_wecom_bot(connections: Connections, secrets: ChannelSecrets, around: Around) -> None:
    if (mine := secrets.wecom_bot) is None:
        return
    from bot.channels.wecom.bot import Ways  # noqa: PLC0415 - only where it is on
    from bot.channels.wecom.bot_builder import Setting, wecom_bot_house  # noqa: PLC0415 - as above

    public_url, setting = around.config.server.public_url, Setting(around.spool / "wecom_bot", around.config.channels.wecom.bot_url)
    beside = Ways(connections.exits.get("wecom"), public_url) if public_url else Ways(connections.exits.get("wecom"))
    names = connections.directories.get("wecom")
    bot = wecom_bot_house(mine, setting, around.words, around.clock, ways=beside, directory=names, picture=around.picture)
    name = bot.channel.name
    connections.exits[name], connections.sources[name] = bot.channel, bot.media
    connections.directories[name], connections.lines[name] = bot.directory, bot.found
    connections.homes[name] = _always(mine.corp_id or mine.bot_id)

    async def begin() -> None:
        await bot.start(around.door)

    connections.begins.append(begin)
    connections.ends.append(bot.close)


def _add_slack(connections: Connections, secrets: ChannelSecrets, around: Around) -> None:
    if (mine := secrets.slack) is None:
        return
    from bot.channels.slack.api import SlackSays  # noqa: PLC0415 - only where it is on
    from bot.channels.slack.builder import Shown, slack_house  # noqa: PLC0415 - as above

    shown = Shown(around.outbox, around.drafts, around.records, around.scope, around.sayings, around.reviews)
    base, keep = around.config.channels.slack.api_base, around.door.arrive
    slack = slack_house(mine, base, around.words, around.clock, keep, shown, picture=around.picture)
    name = slack.channel.name
    connections.exits[name], connections.sources[name] = slack.channel, slack.media
    connections.directories[name], connections.homepages[name] = slack.directory, slack.home

    async def home() -> str:
        try:
            return (await slack.home.api.team()).id
        except SlackSays as err:
            raise Upstream(err.code) from err

    connections.homes[name] = home
    connections.ends.append(slack.channel.close)
    if slack.line is not None:
        connections.begins.append(slack.line.start)
        connections.ends.append(slack.line.close)


def _add_mail(connections: Connections, secrets: ChannelSecrets, around: Around) -> None:
    setting = around.config.mail
    if secrets.mail is None or not setting.host:
        return
    if setting.user and not secrets.mail.password:
        raise BadConfig("channel_half_configured", channel="mail", missing="SMTP_PASSWORD")
    from bot.mail.channel import SENTENCES, MailChannel  # noqa: PLC0415 - only where it is on
    from bot.mail.digests import DigestMail  # noqa: PLC0415 - as above
    from bot.mail.server import MailServer  # noqa: PLC0415 - as above

    server = MailServer(setting, secrets.mail.password)
    words, url = around.words.own(SENTENCES), around.config.server.public_url.rstrip("/")
    channel = MailChannel(server, setting, words, around.clock, DigestMail(around.person, around.picture, words, setting, url))
    connections.exits[channel.name], connections.lines[channel.name] = channel, channel.found
    connections.cares[channel.name] = Care(
        at_once=4, deadline_s=server.times.longest_s + 10, patience_s=MAIL_PATIENCE_S, first_wait_s=60, longest_wait_s=900, questions=1
    )


def _add_badges(connections: Connections, secrets: ChannelSecrets, around: Around) -> None:
    """Who vouches for people beside WeCom: Slack, and what else the company signs in with."""
    for name, openid in _openids(secrets, around.config, around.clock, around.url).items():
        from bot.badges.company import CompanyBadge  # noqa: PLC0415 - only where one is on
        from bot.badges.slack import SlackBadge  # noqa: PLC0415 - as above

        slack, domains = connections.homes.get("slack"), around.config.signin.oidc.domains
        connections.badges[name] = SlackBadge(openid, slack) if name != OIDC and slack else CompanyBadge(openid, domains)
        connections.ends.append(openid.close)


def _openids(secrets: ChannelSecrets, config: Config, clock: Clock, url: str) -> "Mapping[str, OpenId]":
    """By name, those that are on. Slack sends people to an address of https alone.  Raises: BadConfig for half of one."""
    slack, oidc, public_url = secrets.slack, config.signin.oidc, config.server.public_url.rstrip("/")
    if oidc.issuer and secrets.oidc is None:
        raise BadConfig("channel_half_configured", channel="signin.oidc", missing="OIDC_CLIENT_SECRET")
    asked = {}
    if slack and slack.client_id and is_safe(public_url):
        told = urlsplit(config.channels.slack.api_base)
        asked["slack"] = (f"{told.scheme}://{told.netloc}", slack.client_id, slack.client_secret, public_url)
    if oidc.issuer and secrets.oidc:
        asked[OIDC] = (oidc.issuer, oidc.client_id, secrets.oidc.client_secret, public_url or url)
    if not asked:
        return {}
    from bot.badges.openid import Client, OpenId  # noqa: PLC0415 - only where one is on

    return {
        name: OpenId(Client(issuer, client_id, secret, base + PATHS[name][1], pkce=name == OIDC), clock)
        for name, (issuer, client_id, secret, base) in asked.items()
    }


async def _vouching(secrets: ChannelSecrets, config: Config, clock: Clock) -> AsyncIterator[Finding]:
    """What those say who vouch for people by OpenID Connect: about themselves, and with how many keys they sign."""
    for openid in _openids(secrets, config, clock, "").values():
        told = {"issuer": openid.client.issuer}
        try:
            keys, takes = await openid.key_count(), (await openid.provider()).pkce
            yield ("on", "check_signin_answers", {**told, "keys": keys, "pkce": "S256" if takes else "–"}) if keys else (
                "wrong", "check_signin_no_keys", told
            )
        except Upstream:
            yield "wrong", "check_signin_silent", told
        finally:
            await openid.close()


def _always(workspace: str) -> Callable[[], Awaitable[str]]:
    async def home() -> str:
        return workspace

    return home


async def asked(secrets: ChannelSecrets, config: Config, clock: Clock, *, alone: bool = False) -> AsyncIterator[Finding]:
    """What the platforms say about how they are set up. Changes nothing there.

    alone: no house runs, so its lines may be tried, too; else trying would take them away from it.
    """
    public_url = config.server.public_url
    if secrets.wecom:
        from bot.channels.wecom.builder import wecom_check  # noqa: PLC0415 - only where it is on

        async for found in wecom_check(secrets.wecom, config.channels.wecom.api_base, public_url, clock):
            yield found
    if secrets.wecom_bot and alone:
        from bot.channels.wecom.bot_builder import wecom_bot_check  # noqa: PLC0415 - only where it is on

        yield await wecom_bot_check(secrets.wecom_bot, config.channels.wecom.bot_url)
    if secrets.slack:
        from bot.channels.slack.builder import slack_check  # noqa: PLC0415 - only where it is on

        async for said in slack_check(secrets.slack, config.channels.slack.api_base, public_url, clock):
            yield said
    async for vouched in _vouching(secrets, config, clock):
        yield vouched
    if secrets.mail and config.mail.host:
        from bot.mail.check import looked_over  # noqa: PLC0415 - only where it is on
        from bot.mail.server import MailServer  # noqa: PLC0415 - as above

        yield await looked_over(MailServer(config.mail, secrets.mail.password), config.mail)
