"""The accounts likeliest to leave, a line each, the likeliest first. Judges nothing; counts each name once."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.domain.outcome import Answer, Button
from bot.domain.risk import Band
from bot.domain.saying import Saying, once, text
from skills.churn_risk.story import Signal
from skills.churn_risk.telling import Told, chance, grounds, joined

LISTED, MOST_LISTED, BUTTONS, SAID = 5, 10, 3, 2
NUMBER = re.compile(
    r"(?:前|最\S{1,8}的?|top )(\d{1,2}|[两二三四五六七八九十])|(\d{1,2}|[两二三四五六七八九十])\s*(?:家|个客户|customers|accounts)",
    re.IGNORECASE,
)
DIGITS = "一二三四五六七八九十"
TWO = "两"
MINE = re.compile(r"我(?:名下|负责|手上|手里|的客户)|\b(?:my|mine)\b", re.IGNORECASE)


def listed(judged: Sequence[Told], seen: int, asked: str, said: Saying) -> Answer:
    """What is listed of `judged`. seen: how many customers the person sees; asked: their words, for a number and for "mine"."""
    if MINE.search(asked):
        judged = [one for one in judged if one.account.fields.get("owner") == said.user_id]
    worth = sorted((one for one in judged if one.made.band is not Band.LOW and risks(one)), key=lambda one: (-one.made.chance, one.name))
    files = Counter(one.name.casefold() for one in worth)
    first = list({one.name.casefold(): one for one in reversed(worth)}.values())[::-1]
    if not first:
        return Answer(said.say("none_listed", seen=seen) if seen else said.say("no_customers"), found=bool(seen))
    high, shown = sum(one.made.band is Band.HIGH for one in first), first[: min(MOST_LISTED, wanted(asked) or LISTED)]
    lines = [said.say("listed", high=high, medium=len(first) - high, seen=seen)]
    lines += [_row(number, one, files[one.name.casefold()], said) for number, one in enumerate(shown, 1)]
    evidence = once([ground for one in shown for ground in grounds(one, risks(one)[0], said)])
    return Answer("\n".join(lines), evidence, tuple(_why(one, said) for one in shown[:BUTTONS]),
                  about=tuple(one.account.id for one in reversed(shown)))  # fmt: skip


def risks(told: Told) -> list[Signal]:
    """What speaks for leaving, the most telling first."""
    return [one for one in told.foremost() if one.code.risk] or [one for one in told.made.reasons if one.code.risk]


def wanted(said: str) -> int:
    """How many are asked for; 0 where no number was said."""
    found = NUMBER.search(said)
    word = next((one for one in found.groups() if one), "") if found else ""
    return int(word) if word.isdigit() else DIGITS.index("二") + 1 if word == TWO else DIGITS.find(word) + 1 if word else 0


def _row(number: int, told: Told, files: int, said: Saying) -> str:
    owner = text(told.account, "owner_name") if told.account.fields.get("owner") != said.user_id else ""
    after = said.say("row_owner", owner=owner) if owner else ""
    after += said.say("row_twice", count=files) if files > 1 else ""
    return said.say(
        "row", number=number, account=told.name, band=said.say(f"band_{told.made.band}"), chance=chance(told.made.chance, said),
        reasons=joined(told, risks(told)[:SAID], said), owner=after,
    )  # fmt: skip


def _why(told: Told, said: Saying) -> Button:
    label = said.say("button_why", account=text(told.account, "short_name") or told.name)
    return Button(label, "say", said.say("say_why", account=told.name))

