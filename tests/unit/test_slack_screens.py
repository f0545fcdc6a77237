"""What Slack shows beside messages: the edit form, the App Home. Slack is the fake that refuses what Slack refuses."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import SlackDoor
from bot.channels.slack.forms import EditForms
from bot.channels.slack.home import SlackHome
from bot.channels.slack.modal import filled, form
from bot.domain.decision import Message, MessageState
from bot.domain.ids import DecisionId, DraftId, MessageId, RecordId, ThreadId, TurnId, UserId
from bot.domain.outcome import MAIN, Draft, Proposal
from bot.domain.people import Role, Speaker
from bot.domain.permissions import SHIPPED, Permissions, Rights
from bot.domain.records import DraftState, HeldDraft, Import
from bot.domain.talk import Lang, Origin, Press, Tap
from tests.fakes.listening import listening
from tests.fakes.queries import HeldRecords
from tests.fakes.senses import NOON, SetClock
from tests.fakes.slack import BOT, BOT_TOKEN, SIGNING_SECRET, TEAM, Posted, Slack, slack_platform
from tests.unit.slack_lobby import WORDS, Shelf

LIN = UserId("lin")
FIELDS = {
    "account": "a1", "account_name": "海蓝科技", "stage": "proposal", "amount": 1_200_000, "currency": "CNY",
    "close_date": "2026-07-31", "next_step": "报价",
}  # fmt: skip
HELD = HeldDraft(
    DraftId("d1"), 3, DraftState.OPEN, LIN, TurnId("t"), DecisionId("x"), "opportunity", None, FIELDS, {}, NOON + timedelta(days=1)
)
ORIGIN = Origin("slack", TEAM, "U1", ThreadId(f"slack:{TEAM}:U1"))
OFFERED = Message(
    MessageId("m1"), 1, ORIGIN, None, DecisionId("x"), Draft("新商机", "opportunity", FIELDS), HELD.id, 3, 1, MessageState.DELIVERED
)
MOST_BLOCKS = 100
"""In one view of Slack."""
SPEAKER = Speaker(LIN, "Lin", Role.REP, "east", "Asia/Shanghai")


@dataclass
class Waiting:
    """The drafts and messages that there are."""

    held: HeldDraft | None = HELD
    sent: Sequence[Message] = (OFFERED,)

    async def draft(self, _: DraftId) -> HeldDraft | None:
        """The one."""
        return self.held

    async def open_of(self, _: UserId) -> Sequence[HeldDraft]:
        """It, as long as it is open."""
        return [self.held] if self.held and self.held.state is DraftState.OPEN else []

    async def message(self, message_id: MessageId) -> Message | None:
        """By id."""
        return next((one for one in self.sent if one.id == message_id), None)

    async def showing(self, draft_id: DraftId) -> Sequence[Message]:
        """Those that show a draft."""
        return [one for one in self.sent if one.draft_id == draft_id]


@dataclass
class Room:
    """Slack, the door, and what lies behind it."""

    slack: Slack
    api: SlackApi
    clock: SetClock
    waiting: Waiting
    shelf: Shelf = field(default_factory=Shelf)


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """Lin at her draft."""
    clock = SetClock()
    async with slack_platform(clock) as slack:
        slack.person("U1", "Lin")
        slack.person("U2", "Dana")
        slack.channel("C1", ["U1", "U2"])
        at = Room(slack, SlackApi(BOT_TOKEN, slack.url), clock, Waiting())
        forms = EditForms(at.api, at.waiting, at.waiting, WORDS, clock)  # type: ignore[arg-type]
        async with listening(SlackDoor(at.api, SIGNING_SECRET, at.shelf.keep, WORDS, clock, forms.opened)) as address:
            slack.sender.url = address
            yield at
        await at.api.close()


def card(at: Room, channel: str = "", place: int = 1) -> Posted:
    """The draft's card, as it stands in Slack."""
    where = channel or at.slack.space.direct("U1").id
    button = {"type": "button", "text": {"type": "plain_text", "text": "修改"}, "value": f"m1:{place}", "action_id": f"edit-{place}"}
    blocks = [{"type": "actions", "block_id": "b", "elements": [button]}]
    return at.slack.space.post(Posted(at.slack.space.ts(), where, BOT, "card", blocks))


async def test_draft_is_edited_in_a_form() -> None:
    """Its fields stand there by what they hold; only what was changed comes back, for the revision that was looked at."""
    async with room() as at:
        shown = card(at)
        await at.slack.press("U1", shown, "修改")
        [view] = at.slack.space.modals.values()
        await at.slack.submit("U1", view, {"amount": "900000", "close_date": "2026-08-15", "stage": "negotiation", "next_step": ""})

    kinds = {block["block_id"]: block["element"]["type"] for block in view.body["blocks"]}
    expected = {
        "stage": "static_select", "amount": "plain_text_input", "currency": "static_select", "close_date": "datepicker",
        "next_step": "plain_text_input", "quantity": "number_input", "competitor": "plain_text_input",
    }  # fmt: skip
    assert expected == kinds
    [press] = at.shelf.all
    assert isinstance(press, Press)
    assert ("d1", 3, "edit", f"{shown.channel}:{shown.ts}") == (press.draft_id, press.revision, press.action, press.origin.place)
    assert {"amount": "900000", "close_date": "2026-08-15", "stage": "negotiation", "next_step": ""} == dict(press.fields)


async def test_form_left_as_it_was_changes_nothing() -> None:
    """Sent without a change it carries none."""
    async with room() as at:
        await at.slack.press("U1", card(at), "修改")
        [view] = at.slack.space.modals.values()
        await at.slack.submit("U1", view, {})

    assert [()] == [one.fields for one in at.shelf.all if isinstance(one, Press)]


ALSO = (
    Proposal("deal2", "opportunity", {"account": "a1", "account_name": "海蓝科技", "amount": 300_000, "currency": "CNY"}),
    Proposal("touchpoint", "touchpoint", {"opportunity": MAIN, "note": "聊了备件 " * 400}),
    Proposal("task", "task", {"opportunity": MAIN, "subject": "报价", "due_date": "2026-07-22", "status": "open"}),
    Proposal("task2", "task", {"opportunity": MAIN, "subject": "寄样机", "due_date": "2026-07-24", "status": "open"}),
)


async def test_form_has_a_part_for_every_record_and_takes_any_of_them_out() -> None:
    """Fields of what is saved beside are named by it; what is left out comes back as an emptied key; money as people write it."""
    async with room() as at:
        at.waiting.held = replace(HELD, also=ALSO)
        await at.slack.press("U1", card(at), "修改")
        [view] = at.slack.space.modals.values()
        values = {"amount": "130万", "deal2.amount": "$0.3m", "task.due_date": "2026-07-23", "task2": "不要这条"}
        told = await at.slack.submit("U1", view, values)

    [press] = at.shelf.all
    assert isinstance(press, Press)
    assert ({}, {**values, "task2": ""}) == (told.answer, dict(press.fields))
    assert [] == at.slack.space.errors


async def test_what_is_no_value_is_told_at_its_field_and_nothing_is_kept() -> None:
    """The form stays open: each wrong field says what it takes, in the language of its card, and no press was made."""
    async with room() as at:
        at.waiting.held = replace(HELD, also=ALSO)
        await at.slack.press("U1", card(at), "修改")
        [view] = at.slack.space.modals.values()
        told = await at.slack.submit("U1", view, {"amount": "很多", "deal2.amount": "?", "next_step": "报价"})

    assert ("errors", {"amount", "deal2.amount"}) == (told.answer["response_action"], set(told.answer["errors"]))
    assert "120万" in told.answer["errors"]["amount"]
    assert ([], [], False) == (at.shelf.all, at.slack.space.errors, view.closed)


async def test_form_of_many_records_stays_within_what_a_view_takes() -> None:
    """A note of thirty deals is more than anybody edits in one form: it still opens, with the first of them."""
    async with room() as at:
        at.waiting.held = replace(HELD, also=tuple(replace(ALSO[0], key=f"deal{number}") for number in range(2, 32)))
        await at.slack.press("U1", card(at), "修改")
        views = list(at.slack.space.modals.values())

    assert (1, []) == (len(views), at.slack.space.errors)
    assert len(views[0].body["blocks"]) <= MOST_BLOCKS


async def test_nobody_elses_draft_is_opened() -> None:
    """Where others can press, their press is kept, to be answered in words; no form shows them what it holds."""
    async with room() as at:
        await at.slack.press("U2", card(at, "C1"), "修改")

    assert ({}, ["U2"]) == (at.slack.space.modals, [one.origin.sender for one in at.shelf.all if isinstance(one, Tap)])


@pytest.mark.parametrize("why", ["saved", "expired", "gone", "another button", "slack fails", "slack is busy"])
async def test_form_that_cannot_open_leaves_the_press_to_words(why: str) -> None:
    """Whatever keeps the form away, the press is kept and acknowledged."""
    async with room() as at:
        place = 1
        match why:
            case "saved":
                at.waiting.held = replace(HELD, state=DraftState.SAVED)
            case "expired":
                at.waiting.held = replace(HELD, expires_at=NOON - timedelta(seconds=1))
            case "gone":
                at.waiting.held = None
            case "another button":
                place = 0
            case "slack fails":
                at.slack.fail("error", method="views.open", times=None)
            case _:
                at.slack.fail("ratelimited", method="views.open")
        told = await at.slack.press("U1", card(at, place=place), "修改")

    assert (True, {}, 1) == (told.taken, at.slack.space.modals, len(at.shelf.all))


def test_every_kind_of_field_has_its_input() -> None:
    """A moment is chosen as one, a yes or no as one of two; long words have room; what is no field of ours is words."""
    fields = {"happened_at": "2026-07-14T09:00:00+00:00", "minutes": 40.0, "note": "x" * 100, "kind": "visit", "odd": None}
    view = form(replace(HELD, entity="touchpoint", fields=fields), Lang.EN, WORDS, "D1:1.2")
    elements = {block["block_id"]: block["element"] for block in view["blocks"]}

    seconds = int(datetime(2026, 7, 14, 9, tzinfo=UTC).timestamp())
    assert ("datetimepicker", seconds) == (elements["happened_at"]["type"], elements["happened_at"]["initial_date_time"])
    assert ("number_input", "40") == (elements["minutes"]["type"], elements["minutes"]["initial_value"])
    assert (True, "plain_text_input") == (elements["note"]["multiline"], elements["odd"]["type"])
    moved = {"happened_at": {"value": {"type": "datetimepicker", "selected_date_time": seconds + 3600}}}
    told = {"blocks": view["blocks"], "state": {"values": {**untouched(view), **moved}}}
    assert (("happened_at", "2026-07-14T10:00:00+00:00"),) == filled(told)


def untouched(view: dict[str, Any]) -> dict[str, Any]:
    """What Slack says of a form in which nothing was done."""
    stated = {"initial_value": "value", "initial_date": "selected_date", "initial_option": "selected_option"}
    found = {}
    for block in view["blocks"]:
        element = block["element"]
        found[block["block_id"]] = {"value": {stated[name]: element[name] for name in stated if name in element}}
    return found


def record(entity: str, id_: str, **fields: object) -> Import:
    """A record of Lin's."""
    return Import(RecordId(id_), entity, {"owner": LIN, **fields})


RECORDS = [
    record("opportunity", "o1", account_name="海蓝科技", stage="proposal", next_step="发报价", next_step_date="2026-07-14"),
    record("opportunity", "o2", account_name="Acme", stage="proposal", next_step="call", next_step_date="2026-07-12"),
    record("opportunity", "o3", account_name="Old", stage="won", next_step="thank", next_step_date="2026-07-14"),
    record("opportunity", "o4", account_name="Far", stage="proposal", next_step="later", next_step_date="2026-09-14"),
    record("account", "a1", name="北风泵业", renewal_date="2026-07-24"),
    Import(RecordId("a2"), "account", {"owner": "somebody", "name": "Theirs", "renewal_date": "2026-07-24"}),
]  # fmt: skip


async def shown(at: Room, rights: Rights = SHIPPED[Role.REP]) -> str:
    """The home as Lin reads it."""
    policy = Permissions({**SHIPPED, Role.REP: rights})
    sayings = ["续约最多几折?", "max renewal discount?"]
    home = SlackHome(
        at.api, at.waiting, at.waiting, HeldRecords(RECORDS), policy.scope, lambda _: sayings, WORDS, at.clock  # type: ignore[arg-type]
    )  # fmt: skip
    await home.show(ORIGIN, SPEAKER, Lang.ZH)
    return "\n".join(texts(at.slack.homes["U1"].body["blocks"]))


def texts(raw: object) -> list[str]:
    """Every text in blocks."""
    if isinstance(raw, dict):
        own = [raw["text"]] if isinstance(raw.get("text"), str) else []
        return [*own, *(text for key, value in raw.items() if key != "text" or not own for text in texts(value))]
    return [text for one in raw for text in texts(one)] if isinstance(raw, list) else []


async def test_home_shows_what_is_due_and_what_waits() -> None:
    """Late before today before soon, of one's own open deals; renewals that are near; open drafts with their buttons; what to say."""
    async with room() as at:
        page = await shown(at)

    told = ("晚了2天", "Acme · call", "海蓝科技 · 发报价", "还有10天", "北风泵业", "商机", "¥1,200,000", "保存", "修改", "续约最多几折?")
    assert [] == [words for words in told if words not in page]
    assert [] == [word for word in ("Old", "Far", "Theirs", "max renewal") if word in page]
    assert page.index("Acme") < page.index("海蓝科技")
    assert ["m1:0", "m1:1", "m1:2"] == [
        element["value"] for block in at.slack.homes["U1"].body["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]


async def test_home_of_who_may_see_little_says_so() -> None:
    """What is hidden from them is absent, and an empty page is still a page."""
    hidden = replace(SHIPPED[Role.REP], hidden=("account.renewal_date", "opportunity.next_step_date"))
    async with room() as at:
        at.waiting.held = None
        page = await shown(at, hidden)

    assert [] == [word for word in ("Acme", "北风泵业") if word in page]
    assert "没有" in page


async def test_home_is_pressed_like_a_message() -> None:
    """A button of the home is a tap of its person, answered in their chat."""
    async with room() as at:
        await shown(at)
        await at.slack.press("U1", at.slack.homes["U1"], "保存")

    [tap] = at.shelf.all
    assert isinstance(tap, Tap)
    assert ("m1", 0, "", False) == (tap.message_id, tap.button, tap.origin.place, tap.origin.group)
