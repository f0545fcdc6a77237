"""Builds WeCom's self-built app out of its secrets, for the house and for the process that listens. Knows every part here, starts none."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.channels.finding import Found
from bot.channels.form import CAPABILITIES, Part
from bot.channels.form.layout import DrawChart, DrawGrid, laid_out
from bot.channels.wecom.app import WecomApp
from bot.channels.wecom.cards import MARK_BYTES
from bot.channels.wecom.check import looked_over
from bot.channels.wecom.client import App, WecomClient
from bot.channels.wecom.crypto import Envelope
from bot.channels.wecom.directory import WecomDirectory
from bot.channels.wecom.door import Keeper, WecomDoor
from bot.channels.wecom.inbound import CALLBACK, NAME
from bot.channels.wecom.media import WecomMedia
from bot.channels.wecom.menu import menu_json
from bot.channels.wecom.signin import WecomBadge
from bot.domain.decision import Message
from bot.ports import Clock, Words
from bot.ports.hooks import Hook
from bot.secrets import WecomSecrets

BACK = "/wecom/oauth"
"""Where WeCom sends people back to who sign in at the page."""
CAN = replace(CAPABILITIES[NAME], text_bytes=(CAPABILITIES[NAME].text_bytes or 0) - MARK_BYTES)
"""What the app can, less what its marks take."""


@dataclass(frozen=True)
class WecomHouse:
    """The app inside the house: the way out (which the house starts and closes), what people sent along, who they are, signing in."""

    channel: WecomApp
    media: WecomMedia
    directory: WecomDirectory
    badge: WecomBadge


def wecom_house(
    secrets: WecomSecrets, api_base: str, public_url: str, words: Words, clock: Clock, *, picture: DrawChart | None = None,
    grid: DrawGrid | None = None,
) -> WecomHouse:
    """The app, for the house. picture, grid: as of `laid_out`."""
    client = _client(secrets, api_base, clock)

    async def parts(message: Message) -> Sequence[Part]:
        return await laid_out(message, CAN, words, picture=picture, grid=grid)

    back = public_url.rstrip("/") + BACK if public_url else ""
    app = WecomApp(client, parts, words, clock, menu_json(words))
    return WecomHouse(app, WecomMedia(client), WecomDirectory(client), WecomBadge(client, words, back))


def wecom_hooks(secrets: WecomSecrets, keeper: Keeper, clock: Clock) -> Mapping[str, Hook]:
    """The app's callback, by path, for the process that listens."""
    return {CALLBACK: WecomDoor(_envelope(secrets, clock), keeper, secrets.corp_id)}


async def wecom_check(secrets: WecomSecrets, api_base: str, public_url: str, clock: Clock) -> AsyncIterator[Found]:
    """What `tandem check --online` finds."""
    client = _client(secrets, api_base, clock)
    try:
        async for found in looked_over(client, _envelope(secrets, clock), api_base, public_url):
            yield found
    finally:
        await client.close()


def _client(secrets: WecomSecrets, api_base: str, clock: Clock) -> WecomClient:
    return WecomClient(api_base, App(secrets.corp_id, secrets.agent_id, secrets.secret), clock)


def _envelope(secrets: WecomSecrets, clock: Clock) -> Envelope:
    return Envelope(secrets.token, secrets.aes_key, secrets.corp_id, clock)

