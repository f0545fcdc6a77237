"""Every shape of outcome, written as each platform wants it: the fakes take it, and so do the platforms' own types."""

from collections.abc import Iterator, Mapping

from bot.channels.form import SLACK, WECOM, WECOM_BOT, Card, WireButton, Words
from bot.channels.slack.blocks import body_of
from bot.channels.wecom.cards import Json, card_json
from bot.domain.transport import Capabilities
from tests.contracts.test_form import Shown, shown_on
from tests.fakes.slack.shapes import complaints_about_blocks, too_long_together
from tests.fakes.wecom.cards import wrong_with
from tests.second.opinion import Claim, SecondOpinion, blocks, card


async def test_slack_takes_every_block() -> None:
    """None has too many elements, is too long or empty, and none together are too long for a message."""
    bodies = {name: [body_of(part) for part in _told(one)] for name, one in (await shown_on(SLACK)).items()}

    wrong = {name: [complaints_about_blocks(body["blocks"]) for body in told if "blocks" in body] for name, told in bodies.items()}
    assert {} == {name: found for name, found in wrong.items() if any(found)}
    assert [] == [name for name, told in bodies.items() if any(too_long_together(body.get("blocks", [])) for body in told)]
    assert [] == [name for name, told in bodies.items() if not all(body["text"].strip() for body in told)]


async def test_wecom_takes_every_card() -> None:
    """The app and the AI bot draw the same cards."""
    wrong = {name: wrong_with(one["template_card"], set()) for can in (WECOM, WECOM_BOT) for name, one in (await _cards(can)).items()}

    assert {} == {name: found for name, found in wrong.items() if found[0]}


async def test_the_platforms_own_types_agree(second_opinion: SecondOpinion) -> None:
    """`@slack/types` and the SDK of WeCom's AI bot, over all blocks and cards in one run."""
    cards = [card(one["template_card"]) for can in (WECOM, WECOM_BOT) for one in (await _cards(can)).values()]
    messages: list[Claim] = [
        blocks(body["blocks"]) for one in (await shown_on(SLACK)).values() for part in _told(one) if "blocks" in (body := body_of(part))
    ]

    assert len(cards) > 20 < len(messages)
    assert [] == second_opinion.complaints(*cards, *messages)


async def _cards(can: Capabilities) -> Mapping[str, Json]:
    shown = await shown_on(can)
    return {name: card_json(part, "m1") for name, one in shown.items() for part in one.parts if isinstance(part, Card)}


def _told(one: Shown) -> Iterator[Words | Card]:
    return (part for part in one.parts if isinstance(part, Words | Card))


def test_the_fullest_card_is_within_slacks_message() -> None:
    """Every limit of a card reached at once: what is written out for the platform is still one message."""
    rows = tuple(("名" * (SLACK.key_chars or 0), "值" * (SLACK.row_chars or 0)) for _ in range(SLACK.rows))
    buttons = tuple(WireButton(f"m1:{place}", "钮" * SLACK.button_chars) for place in range(SLACK.buttons))
    full = Card("题" * SLACK.title_chars, "字" * (SLACK.card_chars or 0), rows, buttons, tuple("据" * 600 for _ in range(3)))

    body = body_of(full)

    assert [] == complaints_about_blocks(body["blocks"])
    assert not too_long_together(body["blocks"])
