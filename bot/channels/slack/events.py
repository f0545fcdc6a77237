"""What Slack's events say: messages, mentions, voice, files, a visit, a stop. Reads payloads; keeps and answers nothing."""

import json
from collections.abc import Iterator
from datetime import datetime

from bot.channels.slack.payload import Json, Malformed, moment, needed, part, parts, word
from bot.channels.slack.seat import Seat
from bot.channels.slack.team import Team
from bot.channels.slack.wording import plain
from bot.domain.talk import Arrival, File, Media, Opened, Origin, Stopped, Utterance, Voice

SAID = frozenset({"", "file_share", "thread_broadcast", "me_message"})
"""Subtypes of messages in which a person says something new; all others tell of edits, joins and the like."""
MOST_FILES, LARGEST = 10, 1 << 40


def event_team(body: Json) -> tuple[str, ...]:
    """Every workspace that an event was sent for. In a channel shared by firms, the first may be the other's."""
    granted = [one for entry in parts(body, "authorizations") for one in (word(entry, "team_id"), word(entry, "enterprise_id"))]
    return tuple(one for one in (word(body, "team_id"), word(body, "context_team_id"), *granted) if one)


def heard(body: Json, team: Team, now: datetime) -> list[Arrival] | str:
    """What an `event_callback` brings, or in a word why it is none of our business.  Raises: Malformed."""
    event = part(body, "event")
    match kind := needed(event, "type"):
        case "message" | "app_mention":
            return _message(body, event, team)
        case "app_home_opened":
            return [_opened(body, event, team, now)]
        case "agent_session_stopped":
            seat = Seat(needed(event, "user"), needed(event, "channel"), word(event, "thread_ts"))
            return [Stopped(seat.origin(team), needed(body, "event_id"), now)]
        case _:
            return kind


def _message(body: Json, event: Json, team: Team) -> list[Arrival] | str:
    if why := _not_for_us(event, team):
        return why
    channel, ts = needed(event, "channel"), needed(event, "ts")
    home = word(event, "user_team") or word(event, "source_team") or word(event, "team")
    below = word(event, "thread_ts") or ts  # in a direct chat, too: an agent's talks are threads, and only they have a stop button
    seat = Seat(needed(event, "user"), channel, below, home, shared=body.get("is_ext_shared_channel") is True)
    above = f"{channel}:{below}" if below != ts else ""
    return list(_said(event, seat.origin(team), f"{channel}:{ts}", above, team)) or "empty"


def _not_for_us(event: Json, team: Team) -> str:
    """Why a message is not answered: somebody else's program, an edit, our own, or a talk among people."""
    if (subtype := word(event, "subtype")) not in SAID:
        return subtype
    if word(event, "bot_id") or word(event, "user") in {"", team.bot_user_id, "USLACKBOT"}:
        return "bot"
    if event["type"] == "app_mention" or word(event, "channel").startswith("D"):
        return ""
    if f"<@{team.bot_user_id}" in word(event, "text"):
        return "told_as_mention"  # Slack tells of it once more, as app_mention
    return "" if word(event, "parent_user_id") == team.bot_user_id else "among_people"


def _said(event: Json, origin: Origin, key: str, above: str, team: Team) -> Iterator[Arrival]:
    """Keys name the message and not the event, for Slack may tell of one message by several events. above: the one it replies to."""
    sent_at, text = moment(word(event, "ts")), plain(word(event, "text"), without=team.bot_user_id)
    files = parts(event, "files")[:MOST_FILES]
    sounds = [one for one in files if _is_voice(one)]
    others = [one for one in files if one not in sounds]
    for sound in sounds:
        yield Voice(origin, f"{key}:{word(sound, 'id')}", sent_at, _media(sound, "voice"))
    for place, other in enumerate(others):
        kind = "image" if word(other, "mimetype").startswith("image/") else "file"
        left, after = len(others) - 1 - place, key if place else above
        yield File(origin, f"{key}:{word(other, 'id')}", sent_at, _media(other, kind), text, left, after)
    if text and not others:
        yield Utterance(origin, key, text, sent_at)
    elif not files and event["type"] == "app_mention":
        yield Opened(origin, key, sent_at)  # called by name, and nothing asked


def _is_voice(file: Json) -> bool:
    return word(file, "subtype") == "slack_audio" or word(file, "mimetype").startswith("audio/")


def _media(file: Json, kind: str) -> Media:
    """locator: the file's id and the address that our token opens."""
    told = file.get("size")
    size = told if isinstance(told, int) and 0 <= told < LARGEST else 0
    found = {"id": needed(file, "id"), "url": word(file, "url_private_download") or word(file, "url_private")}
    return Media(kind, word(file, "name") or kind, word(file, "mimetype"), size, json.dumps(found))


def _opened(body: Json, event: Json, team: Team, now: datetime) -> Opened:
    seat = Seat(needed(event, "user"), word(event, "channel"), alone=True)
    page = {"home": "home", "messages": ""}.get(word(event, "tab"))
    if page is None:
        raise Malformed("tab")
    return Opened(seat.origin(team), needed(body, "event_id"), now, page)
