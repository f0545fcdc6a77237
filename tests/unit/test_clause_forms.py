"""Clause rules that a house changes: the form, what is read, what the library becomes, and what two sample contracts say of it."""

import tomllib
from collections.abc import Mapping
from typing import Any

import pytest

from bot.admin.clauses_effect import ClausesEffect
from bot.admin.clauses_sheet import AT, ClausesSheet
from bot.clause_edits import LiveTexts, clause_set, clause_texts, merged
from bot.domain.comparison import Report
from bot.domain.contracts import Paper
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.reading.cutting import cut
from bot.table_text import toml_of
from skills.compare_contracts.compare import compare
from skills.compare_contracts.library import library

SHIPPED = clause_texts()
RULES = clause_set(SHIPPED, serving=True)
SHEET = ClausesSheet(lambda: SHIPPED)
RISK, LEAST, OFF = (f"payment.rules.P-01.{key}" for key in ("risk", "at_least", "off"))


def form(now: Mapping[str, Any], category: str = "payment") -> dict[str, str]:
    """The inputs of a form as it is opened on one category."""
    told = SHEET.told({**SHEET.fields(now), AT: category}, Lang.EN)
    inputs = {AT: category, **{one["key"]: one["value"] for one in told["positions"]}}
    for rule in told["rules"]:
        inputs |= {f"{rule['key']}.risk": rule["risk"], **{one["key"]: one["value"] for one in rule["figures"]}}
        inputs |= {f"{rule['key']}.off": "on"} if rule["off"] else {}
    return inputs


def typed(now: Mapping[str, Any], **changes: str) -> Any:  # noqa: ANN401 - changes of the library
    """What a form says that was opened on `now`, with some inputs changed (`__` for the dots)."""
    inputs = {**form(now), **{key.replace("__", ".").replace("P_", "P-"): value for key, value in changes.items()}}
    return RULES.read(toml_of(SHEET.raw({key: value for key, value in inputs.items() if value != "-"}, now)))


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    """Of any category, on what ships and on what was changed, other keys of a rule among it."""
    changed = RULES.read('[payment.fallback]\nzh = "六十天"\nen = "60 days"\n[payment.rules.P-01]\nrisk = "medium"\nnew = "net 90"\n')
    for category in ("payment", "general", "liability_cap"):
        again = RULES.read(toml_of(SHEET.raw(form(changed, category), changed)))

        assert (RULES.write(changed), "") == (RULES.write(again), RULES.write(RULES.read(toml_of(SHEET.raw(form({}, category), {})))))


def test_only_what_differs_is_kept_and_goes_when_it_is_put_back() -> None:
    """A risk, a figure, a rule left out, a position; then all as it ships."""
    changes = {"payment__rules__P_01__risk": "low", "payment__rules__P_01__at_least": "90", "payment__rules__P_02__off": "on"}
    now = typed({}, payment__fallback__zh="账期六十日", **changes)
    back = typed(now, payment__fallback__zh=tomllib.loads(SHIPPED["payment.toml"])["fallback"]["zh"], payment__rules__P_01__risk="high",
                 payment__rules__P_01__at_least="60", payment__rules__P_02__off="-")  # fmt: skip

    assert {"P-01": {"risk": "low", "at_least": 90}, "P-02": {"off": True}} == {
        name: rule for name, rule in now["payment"]["rules"].items() if rule
    }
    assert "账期六十日" == now["payment"]["fallback"]["zh"]
    assert "" == RULES.write(back)


def test_library_has_the_changes_and_nothing_else() -> None:
    """Files that were left alone stay to the letter; a rule that was left out is gone, the others are as they were."""
    edits = RULES.read('[payment.rules.P-01]\nrisk = "medium"\n[payment.rules.P-05]\noff = true\n')
    texts = merged(SHIPPED, edits)
    before, after = (tomllib.loads(one["payment.toml"]) for one in (SHIPPED, texts))
    before["rule"] = [one for one in before["rule"] if one["id"] != "P-05"]
    before["rule"][0]["risk"] = "medium"

    assert before == after
    assert {name: text for name, text in SHIPPED.items() if name != "payment.toml"} == {
        name: text for name, text in texts.items() if name != "payment.toml"
    }
    assert len(library(SHIPPED).shelves) == len(library(texts).shelves)


def test_what_is_published_is_looked_at_by_the_next_comparison() -> None:
    """The files are asked for at each look, and made once for each publish."""
    held: list[Any] = [{}]
    texts = LiveTexts(SHIPPED, lambda: held[0])
    first = dict(texts)
    held[0] = RULES.read('[payment.rules.P-01]\nrisk = "low"\n')

    assert (SHIPPED, len(SHIPPED)) == (first, len(texts))
    assert texts["payment.toml"] is texts["payment.toml"] != first["payment.toml"]


@pytest.mark.parametrize(
    "text, key",
    [
        ("[nothing]\nlegal = true", "nothing"), ("[payment.rules.P-99]\noff = true", "payment.rules.P-99"),
        ('[payment.rules.P-01]\nrisk = "grave"', "payment.rules.P-01.risk"),
        ('[payment.rules.P-01]\nat_least = "many"', "payment.rules.P-01.at_least"),
        ('[payment.fallback]\nzh = ""\nen = "x"', "payment.fallback.zh"), ("[payment]\nlegal = false", "payment.legal"),
        ("[payment]\nsigns = 1", "payment.signs"), ('[payment.rules.P-01]\nnew = "(("', None), ('[payment.rules.P-01]\nnew = "PAY"', None),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_place(text: str, key: str | None) -> None:
    """By the loader's own sentences where a pattern is wrong; legal's look can be added and not taken away."""
    with pytest.raises(BadConfig) as wrong:
        RULES.read(text)

    assert key == wrong.value.facts.get("key")
    assert key or "P-01" in str(wrong.value.facts["why"])


class Here:
    """Compares in our own process."""

    async def compare_by(self, clauses: Mapping[str, str], old: Paper, new: Paper, our_party: str) -> Report:
        """What became of the one in the other."""
        return compare(old, new, library(clauses), our_party, cut, lambda _at, _of: None)


async def test_sample_contracts_tell_what_is_judged_otherwise() -> None:
    """Each change of the samples is judged by both; one that the changed rule decides is told with both risks, and nothing else."""
    effect = ClausesEffect(Here(), lambda edits: merged(SHIPPED, edits))
    told = await effect({}, RULES.read('[payment.rules.P-01]\nrisk = "low"\n'), Lang.EN)
    same = await effect({}, {}, Lang.EN)

    assert (16, []) == (same["judged"], same["moved"])
    assert told["moved"]
    assert {("high", "P-01")} == {(one["before"]["risk"], one["before"]["rule"]) for one in told["moved"]}
