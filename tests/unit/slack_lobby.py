"""Slack's door with the platform before it and a list behind it: what is kept can be looked at. Knows no house."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import OpensForm, SlackDoor, no_form
from bot.channels.slack.manifest import SENTENCES
from bot.domain.ids import TurnId
from bot.domain.talk import Arrival
from bot.ports import Kept
from bot.words import TomlWords, read_sentences
from tests.fakes.listening import listening
from tests.fakes.senses import SetClock
from tests.fakes.slack import BOT_TOKEN, SIGNING_SECRET, Slack, slack_platform

WORDS = TomlWords(read_sentences(SENTENCES.parents[2] / "strings.toml")).own(SENTENCES)


class Full(Exception):
    """The disk is."""


@dataclass
class Shelf:
    """What was kept, once by key, and how often it was tried. broken: nothing can be kept."""

    arrivals: dict[str, Arrival] = field(default_factory=dict)
    tries: int = 0
    broken: bool = False

    async def keep(self, arrival: Arrival) -> Kept:
        """Keep one, as the inbox does."""
        self.tries += 1
        if self.broken:
            raise Full
        fresh = arrival.dedupe_key not in self.arrivals
        self.arrivals.setdefault(arrival.dedupe_key, arrival)
        return Kept(TurnId(arrival.dedupe_key), len(self.arrivals), fresh)

    @property
    def all(self) -> list[Arrival]:
        """What was kept, in order."""
        return list(self.arrivals.values())


@dataclass
class Lobby:
    """The platform, the door and what is behind it."""

    slack: Slack
    door: SlackDoor
    kept: Shelf
    clock: SetClock
    api: SlackApi


@asynccontextmanager
async def lobby(clock: SetClock | None = None, opens_form: OpensForm = no_form) -> AsyncIterator[Lobby]:
    """A workspace with Lin and Dana in it, and #deals where both and Tandem are."""
    at = clock or SetClock()
    async with slack_platform(at) as slack:
        slack.person("U1", "Lin", "lin@example.com")
        slack.person("U2", "Dana", "dana@example.com")
        slack.channel("C1", ["U1", "U2"])
        api, kept = SlackApi(BOT_TOKEN, slack.url), Shelf()
        door = SlackDoor(api, SIGNING_SECRET, kept.keep, WORDS, at, opens_form)
        async with listening(door) as address:
            slack.sender.url = address
            yield Lobby(slack, door, kept, at, api)
        await door.close()

