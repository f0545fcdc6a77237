"""Forms of rules: opened and handed in again they change nothing; what is typed goes to the reader of the config, wrong or right."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.admin.permission_sheet import PermissionSheet, permission_effect
from bot.admin.review_sheet import ReviewSheet, rows_of
from bot.admin.sheets import Entry, FlatSheet, Sheet
from bot.admin.skill_sheet import SkillSheet
from bot.config import Config, load
from bot.domain.entities import SCHEMA
from bot.domain.offering import SkillRules
from bot.domain.people import Role
from bot.domain.scope import Reach
from bot.domain.talk import Lang
from bot.errors import BadConfig
from bot.rule_sets import permission_set, review_set, section_set, skill_set
from bot.rulebook import RuleSet
from bot.table_text import toml_of

CONFIG: Config = load(Path(__file__).parents[2] / "config.toml", {})
SUMMARY = {"zh": "做", "en": "do"}
SKILLS = SkillSheet(dict.fromkeys(("capture", "digest", "help"), SUMMARY), ["east", "west"])
SETS: Mapping[str, tuple[RuleSet[Any], Sheet]] = {
    "review": (review_set(CONFIG), ReviewSheet()),
    "permissions": (permission_set(CONFIG), PermissionSheet(SCHEMA)),
    "skills": (skill_set(CONFIG, ["capture", "digest", "help"]), SKILLS),
    "conversation": (
        section_set("conversation", CONFIG, "conversation", lambda one: one.conversation),
        FlatSheet("conversation", [Entry("conversation.backlog"), Entry("conversation.threads")]),
    ),
}


def typed(name: str, **changes: str) -> str:
    """A form as it is opened, with some inputs changed (`__` for the dots), as text for the reader."""
    rules, sheet = SETS[name]
    fields = {**sheet.fields(rules.value), **{key.replace("__", "."): value for key, value in changes.items()}}
    return toml_of(sheet.raw(fields, rules.value))


@pytest.mark.parametrize("name", SETS)
def test_a_form_that_nobody_touched_changes_nothing(name: str) -> None:
    """To the letter."""
    rules, _ = SETS[name]

    assert rules.shipped == rules.write(rules.read(typed(name)))


@pytest.mark.parametrize(
    "name, changes, key",
    [
        ("review", {"review__due_min": "soon"}, "review.due_min"), ("review", {"review__due_min": "0"}, "review.due_min"),
        ("review", {"review__hours": "9 to 5"}, "review.hours"), ("review", {"review__country": "XX"}, "review.country"),
        ("review", {"review__quotes__2__stage": "two"}, "review.quotes[2].stage"),
        ("review", {"review__two_above__CNY": "a lot"}, "review.two_above.CNY"), ("review", {"review__holidays": "may"}, "review.holidays"),
        ("conversation", {"conversation__backlog": "-3"}, "conversation.backlog"),
        ("permissions", {"permissions__rep__reads__account": "galaxy"}, "permissions.rep.reads.account"),
        ("permissions", {"permissions__rep__writes__account.colour": "own"}, "permissions.rep.writes"),
        ("permissions", {"permissions__legal__hidden__account.name": "on"}, "permissions.legal.hidden"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_by_its_input(name: str, changes: dict[str, str], key: str) -> None:
    """By the code that reads config.toml, with the sentence of it."""
    with pytest.raises(BadConfig) as wrong:
        SETS[name][0].read(typed(name, **changes))

    assert key == wrong.value.facts["key"]


def test_a_row_of_quotes_is_added_and_taken_out() -> None:
    """A new one stands last and names nothing yet, which is refused by its place; the others move up."""
    rules, sheet = SETS["review"]
    fields = sheet.fields(rules.value)
    count = len(rules.value.quotes)
    with pytest.raises(BadConfig) as wrong:
        rules.read(toml_of(sheet.raw({**fields, "add": "1"}, rules.value)))
    fewer = rules.read(toml_of(sheet.raw({**fields, "drop.1": "1"}, rules.value)))

    assert (count + 1, f"review.quotes[{count + 1}]") == (len(rows_of({**fields, "add": "1"})), wrong.value.facts["key"])
    assert rules.read(rules.shipped).quotes[1:] == fewer.quotes


def test_a_form_has_bounds() -> None:
    """Rows that somebody makes up do not grow without end."""
    many = {f"review.quotes.{place}.stage": "1" for place in range(1, 900)}

    assert 40 == len(rows_of({**many, "add": "1"}))


def test_a_team_goes_without_a_skill_and_has_it_back() -> None:
    """What the form does not name stays: a team of yesterday, and a skill that is only planned."""
    now = SkillRules({"south": ("digest",), "east": ("later",)})
    fields = dict(SKILLS.fields(now))
    off = SKILLS.raw({**fields, "on.1.capture": ""}, now)
    boxes = {name for name in fields if name.startswith("on.")}

    assert {"skills": {"off": {"east": ["capture", "later"], "south": ["digest"]}}} == off
    assert ("east", set()) == (fields["team.1"], {name for name in boxes if name.endswith(".help")})
    assert {"skills": {"off": {"east": ["later"], "south": ["digest"]}}} == SKILLS.raw(fields, now)


@pytest.mark.parametrize("skill", ["help", "courtesy", "complaint", "no_such_skill"])
def test_what_always_holds_is_not_switched_off(skill: str) -> None:
    """Nor is what there is not."""
    with pytest.raises(BadConfig):
        skill_set(CONFIG, ["capture", "help"]).read(f'[skills.off]\neast = ["{skill}"]\n')


def test_nobody_shuts_the_admins_out() -> None:
    """Their row is the file's, whatever a text says."""
    rules, _ = SETS["permissions"]
    text = rules.shipped.replace('[permissions.admin.reads]\n"*" = "all"', '[permissions.admin.reads]\n"*" = "none"')
    with pytest.raises(BadConfig) as wrong:
        rules.read(text)

    assert (True, "permissions.admin") == (text != rules.shipped, wrong.value.facts["key"])


def test_one_more_exception_stands_among_those_of_its_role() -> None:
    """Hidden, or changed less far; half of one is none."""
    rules, sheet = SETS["permissions"]
    more = {"more.role": "rep", "more.path": "account.tier"}
    hidden, bound, half = (
        rules.read(toml_of(sheet.raw({**sheet.fields(rules.value), **more, "more.what": what}, rules.value))).roles[Role.REP]
        for what in ("hidden", "none", "")
    )  # fmt: skip

    assert (True, Reach.NONE) == ("account.tier" in hidden.hidden, bound.writes["account.tier"])
    assert rules.read(rules.shipped).roles[Role.REP] == half


async def test_a_change_of_permissions_is_told_cell_by_cell() -> None:
    """Only what really differs, in the reader's language."""
    rules, _ = SETS["permissions"]
    new = rules.read(typed("permissions", permissions__rep__reads__invoice="own", permissions__rep__hidden__account__tier="on"))
    effect = await permission_effect(rules.value, new, Lang.EN)

    assert [
        {"role": "rep", "what": "Account · Tier", "kind": "hidden", "was": "", "now": ""},
        {"role": "rep", "what": "Invoice", "kind": "reads", "was": "team", "now": "own"},
    ] == effect["changes"]
    assert {"changes": []} == await permission_effect(rules.value, rules.value, Lang.EN)
