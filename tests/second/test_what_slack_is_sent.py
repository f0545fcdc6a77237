"""What we make for Slack, by the types of Slack's own packages and the limits of its platform: every outcome, form, home and manifest."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from bot.channels.form import Card, Part, Words, laid_out
from bot.channels.form.capabilities import SLACK
from bot.channels.slack.blocks import body_of
from bot.channels.slack.manifest import manifest as slack_manifest
from bot.channels.slack.modal import form
from bot.domain.decision import Message, MessageState
from bot.domain.entities import SCHEMA
from bot.domain.ids import DecisionId, DraftId, MessageId, ThreadId, TurnId
from bot.domain.outcome import Draft, Outcome
from bot.domain.schema import Entity, Kind
from bot.domain.talk import Lang, Origin
from tests.contracts.test_form import OUTCOMES
from tests.fakes.slack.manifests import complaints_about_manifest
from tests.fakes.slack.shapes import Json, complaints_about_blocks, complaints_about_view, too_long_together
from tests.second.opinion import SecondOpinion, blocks, manifest, view
from tests.unit.slack_lobby import WORDS
from tests.unit.test_slack_screens import HELD, room, shown

ORIGIN = Origin("slack", "T1", "U1", ThreadId("slack:T1:U1"))
LONG = "报" * 4_000
VALUES: dict[Kind, Sequence[object]] = {
    Kind.NUMBER: (3, 2.5, None),
    Kind.MONEY: (1_200_000, 0.1, None),
    Kind.DATE: ("2026-07-31", None),
    Kind.MOMENT: ("2026-07-14T09:00:00+00:00", None),
    Kind.FLAG: (True, False, None),
    Kind.TEXT: ("报价", LONG, "", None),
}


def message(outcome: Outcome, lang: Lang) -> Message:
    """One that carries an outcome."""
    draft, revision = (DraftId("f1"), 1) if isinstance(outcome, Draft) else (None, None)
    return Message(MessageId("m1"), 1, ORIGIN, TurnId("t1"), DecisionId("d1"), outcome, draft, revision, 1, MessageState.SENDING, lang)


async def bodies() -> list[Json]:
    """What is posted for every shape of outcome, and for its card once it was pressed."""
    parts: list[Part] = []
    for outcome in OUTCOMES.values():
        for lang in Lang:
            said = message(outcome, lang)
            parts += await laid_out(said, SLACK, WORDS)
            parts += await laid_out(replace(said, id=MessageId("m2"), updates=MessageId("m1"), pressed="保存"), SLACK, WORDS)
    return [body_of(part) for part in parts if isinstance(part, Words | Card)]


def forms() -> Iterator[Json]:
    """The form for every kind of record with all of its fields, with each of the values that they may hold."""
    for entity in SCHEMA.entities:
        for place in range(max(map(len, VALUES.values()))):
            held = replace(HELD, entity=entity.name, fields=_fields(entity, place))
            yield from (form(held, lang, WORDS, "D1:1.2") for lang in Lang)


def _fields(entity: Entity, place: int) -> dict[str, object]:
    """One value for each field, and one for a field that nobody knows."""
    found: dict[str, object] = {"odd": "what nobody knows"}
    for field in entity.fields:
        values = [one.name for one in field.values] if field.kind is Kind.ENUM else VALUES.get(field.kind, ("r1",))
        found[field.name] = values[place % len(values)] if values else None
    return found


async def test_blocks_of_every_outcome_are_slacks_own(second_opinion: SecondOpinion) -> None:
    """By type and by limit, in both languages, before and after a press."""
    sent = await bodies()
    made = [body["blocks"] for body in sent if "blocks" in body]

    assert len(OUTCOMES) < len(made)
    assert [] == [told for each in made for told in complaints_about_blocks(each)]
    assert [] == [each for each in made if too_long_together(each)]
    assert [] == second_opinion.complaints(*map(blocks, made))


async def test_forms_for_every_kind_of_record_are_slacks_own(second_opinion: SecondOpinion) -> None:
    """With every field full, empty, and too long."""
    made = list(forms())

    assert [] == [told for each in made for told in complaints_about_view(each)]
    assert [] == second_opinion.complaints(*map(view, made))


async def test_a_home_is_slacks_own(second_opinion: SecondOpinion) -> None:
    """With drafts, days and sayings on it."""
    async with room() as at:
        await shown(at)
        [home] = at.slack.homes.values()

    assert [] == second_opinion.complaints(view(home.body))


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("socket", [True, False])
async def test_a_manifest_is_one_that_slack_takes(second_opinion: SecondOpinion, lang: Lang, *, socket: bool) -> None:
    """By the Manifest type of Slack's client, and by the limits of Slack's published schema as the fake keeps them."""
    made = slack_manifest(WORDS, lang, public_url="" if socket else "https://tandem.example", socket=socket)

    assert [] == complaints_about_manifest(made)
    assert [] == second_opinion.complaints(manifest(made))
