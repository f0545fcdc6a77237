"""Which wordings stand for one another, and which words never go or come without a change of meaning. Knows words, one text at a time."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_WORD = re.compile("[a-z]+")
_AROUND = re.compile(r"\(\?<?[=!](?:[^()]|\([^()]*\))*\)")
_DOUBLED = re.compile(r"[^aeiou][aeiou][bdgmnprt]$")


def same(text: str) -> str:
    """`text` (folded) with every verb in its plain form and each group of wordings that say the same as its first."""
    told = text
    for pattern, turned in _turns():
        told = pattern.sub(turned, told)
    told = _plain(told)
    for pattern, first in _groups():
        told = pattern.sub(first, told)
    return told


@cache
def empty() -> re.Pattern[str]:
    """Words that say nothing by themselves."""
    return re.compile("|".join(str(_lists()[lang]["empty"]) for lang in ("zh", "en")))


@cache
def heavy() -> tuple[re.Pattern[str], ...]:
    """Signs that never go or come without a change of meaning."""
    return tuple(re.compile(str(one)) for lang in ("zh", "en") for one in _lists()[lang]["heavy"])


@cache
def names() -> re.Pattern[str]:
    """Names of places and peoples, of which one is not another."""
    return re.compile("|".join(str(_lists()[lang]["names"]) for lang in ("zh", "en")))


@cache
def _lists() -> dict[str, dict[str, Any]]:
    return tomllib.loads(Path(__file__).with_name("wording.toml").read_text(encoding="utf-8"))


@cache
def _groups() -> tuple[tuple[re.Pattern[str], str], ...]:
    made = []
    for lang, border in (("zh", "{}"), ("en", r"(?<![a-z]){}(?![a-z])")):
        for group in _lists()[lang]["same"]:
            told = [_plain(one) if re.fullmatch("[a-z ]+", one) else one for one in group]
            first = re.split(r"[(?\[\\]", told[0])[0]
            longest = sorted(filter(None, told), key=lambda one: len(_AROUND.sub("", one)), reverse=True)
            made.append((re.compile(border.format(f"(?:{'|'.join(longest)})")), f" {first} " if lang == "en" else first))
    return tuple(made)


@cache
def _turns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), turned) for lang in ("zh", "en") for pattern, turned in _lists()[lang]["turns"])


def _plain(text: str) -> str:
    return _WORD.sub(lambda found: _forms().get(found.group(), found.group()), text)


@cache
def _forms() -> dict[str, str]:
    """Every form of the verbs -> its plain form."""
    made: dict[str, str] = {}
    for verb in str(_lists()["en"]["verbs"]).split():
        doubled = verb + verb[-1] if _DOUBLED.search(verb) and verb[-2:] != "er" else verb
        soft = verb[:-1] + "i" if re.search("[^aeiou]y$", verb) else verb
        bare = verb.removesuffix("e")
        made |= dict.fromkeys((f"{soft}es", f"{verb}s", f"{soft}ed", f"{bare}ed", f"{doubled}ed", f"{bare}ing", f"{doubled}ing"), verb)
    return {**made, **_lists()["en"]["irregular"]}
