"""The clause rules as a form: one category at a time, its positions, and of each rule what it costs. Judges nothing; knows no page."""

import copy
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.admin.sheets import Fields, shown, typed
from bot.domain.talk import Lang

Json = dict[str, Any]
Edits = Mapping[str, Mapping[str, Any]]

AT = "clauses.category"
"""The input that says which category is shown."""
FIRST, GENERAL = "payment", "general"
RISKS = ("high", "medium", "low", "none")
FIGURES = ("at_least", "at_most")
POSITIONS = ("standard", "fallback")
LANGS = ("zh", "en")


@dataclass(frozen=True)
class ClausesSheet:
    """See `Sheet`. shipped: the files of the library, asked late. What stands as it ships is not kept."""

    shipped: Callable[[], Mapping[str, str]]
    template: str = "clauses"

    def fields(self, value: Edits) -> Fields:
        """The category that was changed last, or payment."""
        return {AT: next(iter(value), FIRST), **{name: text for category in self._files() for name, text in _fields(category, value)}}

    def told(self, fields: Fields, lang: Lang) -> Json:
        """The categories, and the rules of the one that is shown: what each judges, and what is typed for it."""
        files = self._files()
        at = fields.get(AT, FIRST)
        file = files.get(at, files[FIRST])
        category = file["category"]
        return {
            "category": category,
            "categories": [{"name": one["category"], "called": one.get("names", {}).get(lang, one["category"])} for one in files.values()],
            "positions": [
                {"key": f"{category}.{part}.{each}", "part": part, "lang": each,
                 "value": fields.get(f"{category}.{part}.{each}", file.get(part, {}).get(each, ""))}
                for part in POSITIONS if part in file for each in LANGS
            ],
            "rules": [_rule(category, one, fields, lang) for one in file.get("rule", ())], "risks": list(RISKS),
        }  # fmt: skip

    def raw(self, fields: Fields, now: Edits) -> Json:
        """All that is changed, with what stands in the inputs there are; other keys of a rule, put there as text, stay."""
        whole: Json = copy.deepcopy({category: dict(told) for category, told in now.items()})
        for category, file in self._files().items():
            told = whole.setdefault(category, {})
            for part in (one for one in POSITIONS if one in file and all(f"{category}.{one}.{lang}" in fields for lang in LANGS)):
                said = {lang: fields[f"{category}.{part}.{lang}"].strip() for lang in LANGS}
                told.pop(part, None)
                if said != file[part]:
                    told[part] = said
            rules = told.setdefault("rules", {})
            for rule in file.get("rule", ()):
                place = f"{category}.rules.{rule['id']}"
                if f"{place}.risk" in fields:
                    rules[rule["id"]] = _edit(rule, place, fields, rules.get(rule["id"], {}))
        return {category: told for category, told in whole.items() if told != {"rules": {}}}

    def _files(self) -> Mapping[str, Json]:
        return _read(tuple(self.shipped().values()))


@cache
def _read(texts: Sequence[str]) -> Mapping[str, Json]:
    files = [tomllib.loads(text) for text in texts]
    return {one["category"]: one for one in sorted(files, key=lambda one: (one["category"] == GENERAL, one["category"]))}


def _fields(category: str, value: Edits) -> Iterator[tuple[str, str]]:
    told = value.get(category, {})
    for part in POSITIONS:
        yield from ((f"{category}.{part}.{lang}", text) for lang, text in told.get(part, {}).items())
    for name, rule in told.get("rules", {}).items():
        yield from ((f"{category}.rules.{name}.{key}", shown(one)) for key, one in rule.items() if not isinstance(one, Mapping))


def _rule(category: str, rule: Json, fields: Fields, lang: Lang) -> Json:
    place = f"{category}.rules.{rule['id']}"
    figures = [
        {"key": f"{place}.{name}", "name": name, "value": fields.get(f"{place}.{name}", shown(rule[name])), "shipped": shown(rule[name])}
        for name in FIGURES if name in rule
    ]  # fmt: skip
    return {
        "id": rule["id"], "key": place, "why": rule["why"][lang], "shift": rule.get("shift", ""),
        "risk": fields.get(f"{place}.risk", rule["risk"]), "shipped": rule["risk"], "off": fields.get(f"{place}.off", ""),
        "figures": figures,
    }  # fmt: skip


def _edit(rule: Json, place: str, fields: Fields, before: Mapping[str, Any]) -> Json:
    """What of one rule is other than it ships."""
    told = {key: value for key, value in before.items() if key not in {"risk", "off", *FIGURES}}
    if fields[f"{place}.risk"] != rule["risk"]:
        told["risk"] = fields[f"{place}.risk"]
    for name in (one for one in FIGURES if one in rule):
        value = typed("number", fields.get(f"{place}.{name}", ""))
        if value not in {"", rule[name]}:
            told[name] = value
    if fields.get(f"{place}.off"):
        told["off"] = True
    return told
