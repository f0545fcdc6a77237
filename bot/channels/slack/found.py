"""What of a message already stands in Slack: looked for by the metadata that every part of ours carries. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from bot.channels.form.parts import Attachment, Part, Picture
from bot.channels.slack.api import SlackApi
from bot.channels.slack.payload import part as inner
from bot.channels.slack.payload import parts as listed
from bot.channels.slack.payload import word
from bot.domain.decision import Message

EVENT = "tandem_message"
MOST_PAGES, PAGE = 5, 100
EARLIER_S = 60
"""Clocks differ."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Part -> ts of those that stand there; torn: ts of streams of ours that nobody finished."""

    parts: Mapping[int, str]
    torn: Sequence[str] = ()


def mark(message: Message, number: int) -> dict[str, Any]:
    """The metadata of one part."""
    return {"event_type": EVENT, "event_payload": {"id": message.id, "part": number}}


def begun(message: Message) -> dict[str, Any]:
    """The metadata of a stream that goes on below it: by itself it is no part."""
    return {"event_type": EVENT, "event_payload": {"id": message.id, "part": -1}}


async def standing(api: SlackApi, message: Message, channel: str, thread: str, words: Sequence[str], count: int) -> Standing:
    """What of `message`, of `count` parts, stands in the conversation. words: its long texts, by which a torn stream is known.

    Raises: Upstream, SlackSays.
    """
    team, found, torn = await api.team(), dict[int, str](), list[str]()
    cursor = None
    for _ in range(MOST_PAGES):
        page = await _page(api, channel, thread, _since(message), cursor)
        for one in listed(page, "messages"):
            if team.bot_user_id != word(one, "user") and team.bot_id != word(one, "bot_id"):
                continue
            payload = inner(one, "metadata", "event_payload")
            if payload.get("id") == message.id and isinstance(number := payload.get("part"), int) and number >= 0:
                found[number] = word(one, "ts")
            elif payload.get("id") == message.id or (not payload and _begins(word(one, "text"), words)):
                torn.append(word(one, "ts"))
        cursor = word(inner(page, "response_metadata"), "next_cursor")
        if not cursor:
            break
    return Standing(found, tuple(torn) if len(found) < count else ())


def verdict(parts: Sequence[Part], there: Mapping[int, str]) -> bool | None:
    """Whether all of the message arrived; None where a file may have, for files carry no mark.

    Parts go one after another, so a file before one that is there is there, too.
    """
    last = max(there, default=-1)
    missing = [number for number in range(last + 1, len(parts)) if number not in there]
    if not missing:
        return True
    return None if last >= 0 and isinstance(parts[missing[0]], Picture | Attachment) else False


async def _page(api: SlackApi, channel: str, thread: str, since: str | None, cursor: str | None) -> Mapping[str, Any]:
    wanted: dict[str, object] = {"channel": channel, "include_all_metadata": True, "limit": PAGE, "oldest": since, "cursor": cursor}
    if thread:
        return await api.asked("conversations.replies", ts=thread, **wanted)
    return await api.asked("conversations.history", **wanted)


def _begins(text: str, words: Sequence[str]) -> bool:
    return len(text) > 1 and any(long.startswith(text) for long in words)


def _since(message: Message) -> str | None:
    """When the message was made, as Slack writes times: its id is a UUIDv7, whose first 48 bits are milliseconds (RFC 9562)."""
    try:
        made = UUID(message.id)
    except ValueError:
        return None
    if made.version != 7:  # noqa: PLR2004 - the version whose ids tell the time
        return None
    return f"{max((made.int >> 80) / 1000 - EARLIER_S, 0):.6f}"

