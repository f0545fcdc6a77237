"""Builds Slack out of its secrets, for the house and for the process that listens. Knows every part here, starts none."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.channels.finding import Found
from bot.channels.form.capabilities import SLACK as CAN
from bot.channels.form.layout import DrawChart, DrawGrid, laid_out
from bot.channels.form.parts import Part
from bot.channels.slack.api import SlackApi
from bot.channels.slack.check import looked_over
from bot.channels.slack.directory import SlackDirectory
from bot.channels.slack.door import Keep, SlackDoor
from bot.channels.slack.forms import EditForms
from bot.channels.slack.home import SlackHome
from bot.channels.slack.manifest import SENTENCES
from bot.channels.slack.media import SlackMedia
from bot.channels.slack.out import SlackChannel
from bot.channels.slack.payload import PATH
from bot.channels.slack.socket import SocketLine
from bot.domain.decision import Message
from bot.domain.people import Speaker
from bot.domain.scope import Scope
from bot.ports import Clock, Drafts, Outbox, RecordQueries, Reviews
from bot.ports.hooks import Hook
from bot.secrets import SlackSecrets
from bot.words import TomlWords


@dataclass(frozen=True)
class Shown:
    """What Slack shows of ours beside messages. scope: what a person may see of the records; sayings: what they may say."""

    outbox: Outbox
    drafts: Drafts
    records: RecordQueries
    scope: Callable[[Speaker], Scope]
    sayings: Callable[[Speaker], Sequence[str]]
    reviews: Reviews | None = None


@dataclass(frozen=True)
class SlackHouse:
    """Slack inside the house: the way out, what people sent along, who they are, the App Home; the line of Socket Mode, where it is on.

    The house closes the channel, and starts and closes the line.
    """

    channel: SlackChannel
    media: SlackMedia
    directory: SlackDirectory
    home: SlackHome
    line: SocketLine | None


def slack_house(
    secrets: SlackSecrets, api_base: str, words: TomlWords, clock: Clock, keep: Keep, shown: Shown, *, picture: DrawChart | None = None,
    grid: DrawGrid | None = None,
) -> SlackHouse:
    """Slack, for the house. keep: of what comes over the line; picture, grid: as of `laid_out`."""
    api, said = SlackApi(secrets.bot_token, api_base), words.own(SENTENCES)

    async def parts(message: Message) -> Sequence[Part]:
        return await laid_out(message, CAN, said, picture=picture, grid=grid)

    line = None
    if secrets.app_token:
        forms = EditForms(api, shown.outbox, shown.drafts, said, clock, shown.reviews)
        door = SlackDoor(api, secrets.signing_secret, keep, said, clock, forms.opened)
        line = SocketLine(api, secrets.app_token, door)
    home = SlackHome(api, shown.drafts, shown.outbox, shown.records, shown.scope, shown.sayings, said, clock)
    return SlackHouse(SlackChannel(api, shown.outbox, said, clock, parts), SlackMedia(api), SlackDirectory(api), home, line)


def slack_hooks(
    secrets: SlackSecrets, api_base: str, words: TomlWords, clock: Clock, keep: Keep, outbox: Outbox, drafts: Drafts,
    reviews: Reviews | None = None,
) -> Mapping[str, Hook]:
    """Slack's request address, by path, for the process that listens; nothing where there is Socket Mode alone."""
    if not secrets.signing_secret:
        return {}
    api, said = SlackApi(secrets.bot_token, api_base), words.own(SENTENCES)
    forms = EditForms(api, outbox, drafts, said, clock, reviews)
    return {PATH: SlackDoor(api, secrets.signing_secret, keep, said, clock, forms.opened)}


async def slack_check(secrets: SlackSecrets, api_base: str, public_url: str, clock: Clock) -> AsyncIterator[Found]:
    """What `tandem check --online` finds."""
    api = SlackApi(secrets.bot_token, api_base)
    try:
        async for found in looked_over(api, secrets, public_url, clock):
            yield found
    finally:
        await api.close()
