"""What we show in Slack and ask of it, by the types of Slack's own npm packages."""

from dataclasses import replace
from typing import Any

from bot.channels.form.parts import Card, Style, WireButton
from bot.channels.form.parts import Words as Text
from bot.channels.slack.blocks import body_of
from bot.channels.slack.manifest import manifest
from bot.channels.slack.modal import form
from bot.domain.talk import Lang
from tests.second import opinion
from tests.second.opinion import SecondOpinion
from tests.unit.slack_lobby import WORDS
from tests.unit.test_slack_screens import HELD, room, shown

BUTTONS = (WireButton("m:0", "保存", Style.MAIN, "save"), WireButton("m:1", "不记", Style.AWAY, "discard"), WireButton("m:2", "Source"))
CARDS: tuple[Card | Text, ...] = (
    Text("**9 折**"),
    Card("新商机", "| a | b |\n|---|---|\n| 1 | 2 |", (("金额", "¥1,200,000"),) * 20, BUTTONS, ("“九折”(价格政策 §2.1)",) * 3),
    Card("", "ok", thumbs=(WireButton("m:5", "👍", action="up"), WireButton("m:6", "👎", action="down"))),
    Card("新商机", "", settled="Lin 12:00 已保存"),
)


async def test_blocks_views_and_manifests_are_slacks(second_opinion: SecondOpinion) -> None:
    """Messages, the edit form of every kind of field, the App Home and both manifests, in one run of the compiler."""
    fields: dict[str, Any] = {"happened_at": "2026-07-14T09:00:00+00:00", "minutes": 40, "note": "x" * 100, "kind": "visit"}
    async with room() as at:
        await shown(at)
        home = at.slack.homes["U1"].body
    claims = [
        *(opinion.blocks(body["blocks"]) for card in CARDS if "blocks" in (body := body_of(card))),
        opinion.view(form(HELD, Lang.ZH, WORDS, "D1")),
        opinion.view(form(replace(HELD, entity="touchpoint", fields=fields), Lang.EN, WORDS, "")),
        opinion.view(home),
        opinion.manifest(manifest(WORDS, Lang.ZH, socket=True)),
        opinion.manifest(manifest(WORDS, Lang.EN, public_url="https://tandem.example")),
    ]

    assert [] == second_opinion.complaints(*claims)
