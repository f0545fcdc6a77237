"""The cards that go through the AI bot, against the types of the vendor's own client."""

from pathlib import Path

from bot.domain.outcome import Answer, Button, Draft
from tests.contracts.wecom_bot import STORY, staged
from tests.second.opinion import SecondOpinion, card


async def test_cards_are_as_the_vendors_client_types_them(second_opinion: SecondOpinion, tmp_path: Path) -> None:
    """A card alone, a draft with rows, a card in a group, one that was pressed: as they stood on the line."""
    draft = Draft("新商机·海蓝科技", "opportunity", {"title": "海蓝 S3", "amount": 1_200_000})
    async with staged(tmp_path) as stage:
        await stage.platform.text("liwei", "早")
        await stage.platform.text("liwei", "记一下")
        await stage.platform.text("liwei", "90天为啥算高?", chat="wrChat1")
        came, said, asked = await stage.door.until(3)
        await stage.answers(came, Answer("早!", buttons=(Button("今天", "say", "今天有什么"),)))
        await stage.answers(said, draft)
        pressed = await stage.answers(asked)
        cards = [one.card for one in stage.platform.shown]
        await stage.platform.press(stage.platform.shown[-1], 0, who="liwei")
        *_, tap = await stage.door.until(4)
        await stage.answers(tap, STORY, updates=pressed.id, pressed="送法务")
        cards.append(stage.platform.shown[2].card)

    assert ["button_interaction"] * 3 + ["text_notice"] == [(one or {}).get("card_type") for one in cards]
    assert [] == second_opinion.complaints(*(card(one) for one in cards))
