"""Template cards that we make for WeCom, by the types of its own package."""

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.channels.form import Card, laid_out
from bot.channels.form.capabilities import WECOM, WECOM_BOT
from bot.channels.wecom.cards import Json, card_json
from bot.channels.wecom.replies import settled_json
from bot.domain.ids import MessageId
from bot.domain.talk import Lang
from tests.contracts.test_form import OUTCOMES, SAY
from tests.second.opinion import SecondOpinion, card
from tests.second.test_what_slack_is_sent import message


async def cards() -> AsyncIterator[Json]:
    """The card of every shape of outcome, for the app and for the AI bot, before and after a press."""
    for can in (WECOM, WECOM_BOT):
        for outcome in OUTCOMES.values():
            for lang in Lang:
                said = message(outcome, lang)
                for part in await laid_out(said, can, SAY):
                    if isinstance(part, Card) and part.buttons:
                        yield card_json(part, said.id)["template_card"]
                pressed = replace(said, id=MessageId("m2"), updates=said.id, pressed="保存")
                for part in await laid_out(pressed, can, SAY):
                    if isinstance(part, Card):
                        yield settled_json(part, said.id, "https://tandem.example")


async def test_cards_of_every_outcome_are_wecoms_own(second_opinion: SecondOpinion) -> None:
    """Every key is one that the package knows, with a value of its type."""
    made = [each async for each in cards()]

    assert len(OUTCOMES) < len(made)
    assert [] == second_opinion.complaints(*map(card, made))
