"""The forms of a review in Slack: what a reviewer changes, asks or rejects comes back as a press on the very card."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.channels.slack.api import SlackApi
from bot.channels.slack.door import SlackDoor
from bot.channels.slack.forms import EditForms
from bot.domain.decision import Message, MessageState
from bot.domain.ids import DecisionId, DraftId, MessageId, ReviewId, ThreadId, TurnId, UserId
from bot.domain.outcome import Answer, Button
from bot.domain.policy import Gate, Ground, Reason
from bot.domain.records import DraftState, HeldDraft
from bot.domain.review import HeldReview, ReviewState
from bot.domain.talk import Origin, Tap
from tests.fakes.listening import listening
from tests.fakes.senses import NOON, SetClock
from tests.fakes.slack import BOT, BOT_TOKEN, SIGNING_SECRET, TEAM, Posted, Slack, slack_platform
from tests.unit.slack_lobby import WORDS, Shelf

FIELDS = {"subject": "一点想法", "account_name": "海蓝科技", "addressee": "李董", "body": "李董好,陈总提过贵司新线。"}
LETTER = HeldDraft(
    DraftId("d1"), 1, DraftState.OPEN, UserId("lin"), TurnId("t"), DecisionId("x"), "letter", None, FIELDS, {}, NOON + timedelta(days=1)
)
WAITING = HeldReview(
    ReviewId("r1"), LETTER.id, 1, 1, "", Gate((Ground(Reason.EXEC_MESSAGE),)), LETTER.author, ReviewState.WAITING, 2, 1, (), NOON, NOON,
    NOON, NOON + timedelta(days=5),
)  # fmt: skip
LABELS = {"改后通过": "edit", "问一句": "ask", "退回": "reject", "通过": "approve"}
CARD = Message(
    MessageId("m1"), 1, Origin("slack", TEAM, "U1", ThreadId(f"slack:{TEAM}:U1")), None, None,
    Answer("请你过目", buttons=tuple(Button(label, f"review:r1:2:{verb}") for label, verb in LABELS.items())), None, None, 1,
    MessageState.DELIVERED, review=WAITING.ref,
)  # fmt: skip


@dataclass
class Kept:
    """The one message, its review and its draft."""

    held: HeldReview = WAITING

    async def message(self, message_id: MessageId) -> Message | None:
        """By id."""
        return CARD if message_id == CARD.id else None

    async def review(self, review_id: ReviewId) -> HeldReview | None:
        """By id."""
        return self.held if review_id == self.held.id else None

    async def draft(self, _: DraftId) -> HeldDraft | None:
        """The letter."""
        return LETTER


@dataclass
class Room:
    """Slack, and what lies behind the door."""

    slack: Slack
    kept: Kept
    card: Posted
    shelf: Shelf = field(default_factory=Shelf)

    async def fills_in(self, label: str, values: dict[str, str]) -> list[str]:
        """The reviewer presses, fills in what opens, and sends it; the inputs that stood there."""
        await self.slack.press("U1", self.card, label)
        [view] = self.slack.space.modals.values()
        await self.slack.submit("U1", view, values)
        return [block["block_id"] for block in view.body["blocks"]]


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """A reviewer, and the card of a letter."""
    clock, kept = SetClock(), Kept()
    async with slack_platform(clock) as slack:
        slack.person("U1", "Zhang")
        slack.person("U2", "Bo")
        slack.channel("C1", ["U1", "U2"])
        buttons = [
            {
                "type": "button", "text": {"type": "plain_text", "text": label}, "value": f"m1:{place}",
                "action_id": f"review:r1:2:{verb}-{place}",
            }
            for place, (label, verb) in enumerate(LABELS.items())
        ]  # fmt: skip
        blocks = [{"type": "actions", "block_id": "b", "elements": buttons}]
        api = SlackApi(BOT_TOKEN, slack.url)
        card = slack.space.post(Posted(slack.space.ts(), slack.space.direct("U1").id, BOT, "card", blocks))
        at = Room(slack, kept, card)
        forms = EditForms(api, kept, kept, WORDS, clock, kept)  # type: ignore[arg-type]
        async with listening(SlackDoor(api, SIGNING_SECRET, at.shelf.keep, WORDS, clock, forms.opened)) as address:
            slack.sender.url = address
            yield at
        await api.close()


@pytest.mark.parametrize(
    "label, values, inputs",
    [
        ("改后通过", {"body": "李董好,陈总提过您团队的新线。"}, ["subject", "body"]),
        ("问一句", {"question": "28号是不是太赶?"}, ["question"]),
        ("退回", {"reason": "tone", "note": "太随意了"}, ["reason", "note"]),
    ],
)  # fmt: skip
async def test_form_comes_back_as_a_press_on_the_card(label: str, values: dict[str, str], inputs: list[str]) -> None:
    """With what was filled in, and the mark that it was a form."""
    async with room() as at:
        shown = await at.fills_in(label, values)

    [tap] = at.shelf.all
    assert isinstance(tap, Tap)
    assert (inputs, MessageId("m1"), list(LABELS).index(label)) == (shown, tap.message_id, tap.button)
    assert {"form": "sent", **values} == dict(tap.fields)


async def test_approval_takes_no_form() -> None:
    """One press."""
    async with room() as at:
        await at.slack.press("U1", at.card, "通过")

    assert ({}, [3]) == (at.slack.space.modals, [one.button for one in at.shelf.all if isinstance(one, Tap)])


@pytest.mark.parametrize("held", [replace(WAITING, version=3), replace(WAITING, state=ReviewState.APPROVED)])
async def test_review_that_moved_opens_no_form(held: HeldReview) -> None:
    """The press is kept, to be answered with how it stands."""
    async with room() as at:
        at.kept.held = held
        await at.slack.press("U1", at.card, "改后通过")

    assert ({}, 1) == (at.slack.space.modals, len(at.shelf.all))


async def test_nobody_elses_review_is_opened() -> None:
    """Where others can press, their press is kept, to be answered in words; no form shows them the letter."""
    async with room() as at:
        card = at.slack.space.post(Posted(at.slack.space.ts(), "C1", BOT, "card", at.card.blocks))
        await at.slack.press("U2", card, "改后通过")

    assert ({}, ["U2"]) == (at.slack.space.modals, [one.origin.sender for one in at.shelf.all if isinstance(one, Tap)])
