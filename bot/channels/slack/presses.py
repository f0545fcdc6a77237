"""What people press, choose and fill in on Slack: buttons, `/tandem`, the message shortcut, the edit form. Reads payloads; acts on none."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.channels.slack.modal import EDIT, edited, filled, misread
from bot.channels.slack.payload import Json, needed, part, parts, word
from bot.channels.slack.review_modal import REVIEW, submitted
from bot.channels.slack.seat import Seat
from bot.channels.slack.team import Team
from bot.channels.slack.wording import plain
from bot.domain.ids import DraftId, MessageId
from bot.domain.passwords import PASSWORD
from bot.domain.talk import Arrival, Handle, Press, Tap, Utterance
from bot.ports import Words

SHORTCUT = "ask_tandem"
"""The callback of the message shortcut, as the manifest declares it."""
WIRE = re.compile(r"([0-9A-Za-z-]{1,64}):(\d{1,3})")
"""What a button of ours carries: a message, and which of the buttons offered with it."""
TRIGGER_S, RESPONSE_S, RESPONSES = 3, 1800, 5
"""A trigger opens a form within 3 s; a response address takes 5 answers within 30 min.
Source: https://docs.slack.dev/interactivity/handling-user-interaction"""


def interaction_team(body: Json) -> tuple[str, ...]:
    """Every workspace that an interaction or a command was made in."""
    found = (
        word(part(body, "team"), "id"), word(part(body, "user"), "team_id"), word(part(body, "enterprise"), "id"), word(body, "team_id"),
        word(body, "enterprise_id"),
    )  # fmt: skip
    return tuple(one for one in found if one)


def commanded(body: Json, team: Team, now: datetime) -> list[Arrival]:
    """`/tandem …`: answered to the person alone, at the place where they typed it. Without words it asks for help."""
    seat = Seat(needed(body, "user_id"), needed(body, "channel_id"), home=word(body, "team_id"), alone=True)
    origin = seat.origin(team, _response(body, now))
    return [Utterance(origin, f"command:{needed(body, 'trigger_id')}", plain(word(body, "text")) or "help", now)]


def pressed(body: Json, team: Team, now: datetime, about: Callable[[str], str]) -> list[Arrival] | str:
    """What an interaction brings, or in a word why it is none of our business. about: says that a text is asked about.

    Raises: Malformed.
    """
    match kind := needed(body, "type"):
        case "block_actions":
            return [tap for action in parts(body, "actions") if (tap := _tap(body, action, team, now))] or "no_button_of_ours"
        case "view_submission":
            return _submitted(body, team, now)
        case "message_action" if word(body, "callback_id") == SHORTCUT:
            return _asked_about(body, team, now, about)
        case _:
            return kind


def _seat(body: Json) -> Seat:
    user, container, message = part(body, "user"), part(body, "container"), part(body, "message")
    channel = word(part(body, "channel"), "id") or word(container, "channel_id")
    found = (word(message, "thread_ts"), word(container, "thread_ts"), word(message, "ts"), word(container, "message_ts"))
    thread = next(filter(None, found), "")
    alone = container.get("is_ephemeral") is True or not channel
    return Seat(needed(user, "id"), channel, thread, word(user, "team_id"), alone=alone)


def _tap(body: Json, action: Json, team: Team, now: datetime) -> Tap | None:
    """feedback_buttons carry the value of the thumb that was pressed, just as a button does."""
    found = WIRE.fullmatch(word(action, "value"))
    if found is None:
        return None  # a link, or a button of an older design
    seat = _seat(body)
    handle = _response(body, now) if part(body, "container").get("is_ephemeral") is True else _trigger(body, now)
    key = f"action:{needed(action, 'action_ts')}:{seat.user}:{needed(action, 'action_id')}"
    return Tap(seat.origin(team, handle), key, MessageId(found[1]), int(found[2]), now)


def _submitted(body: Json, team: Team, now: datetime) -> list[Arrival] | str:
    view = part(body, "view")
    if word(view, "callback_id") in {REVIEW, PASSWORD}:
        message, button, place, fields = submitted(view)
        origin, key = _form_seat(body, place).origin(team), _form_key(view)
        return [Tap(origin, key, message, button, now, fields)]
    if word(view, "callback_id") != EDIT:
        return "no_form_of_ours"
    about = edited(view)
    origin = _form_seat(body, about.place).origin(team)
    return [Press(origin, _form_key(view), DraftId(about.draft), about.revision, "edit", now, filled(view))]


def wrongs(body: Json, words: Words) -> Mapping[str, str]:
    """Input -> what is wrong with what stands in it, where a form was sent in which draft fields are edited.  Raises: Malformed."""
    view = part(body, "view")
    sent = body.get("type") == "view_submission" and word(view, "callback_id") == EDIT
    return misread(view, words) if sent else {}


def _form_seat(body: Json, place: str) -> Seat:
    user = part(body, "user")
    channel, _, thread = place.partition(":")
    return Seat(needed(user, "id"), channel, thread, word(user, "team_id"), alone=not channel)


def _form_key(view: Json) -> str:
    return f"view:{needed(view, 'id')}:{word(view, 'hash')}"


def _asked_about(body: Json, team: Team, now: datetime, about: Callable[[str], str]) -> list[Arrival] | str:
    text = plain(word(part(body, "message"), "text"), without=team.bot_user_id)
    if not text:
        return "empty"
    user = part(body, "user")
    origin = Seat(needed(user, "id"), "", home=word(user, "team_id"), alone=True).origin(team)
    return [Utterance(origin, f"shortcut:{needed(body, 'trigger_id')}", about(text), now)]


def _trigger(body: Json, now: datetime) -> Handle | None:
    trigger = word(body, "trigger_id")
    return Handle("trigger_id", trigger, now + timedelta(seconds=TRIGGER_S)) if trigger else None


def _response(body: Json, now: datetime) -> Handle | None:
    address = word(body, "response_url")
    return Handle("response_url", address, now + timedelta(seconds=RESPONSE_S), RESPONSES) if address else None
