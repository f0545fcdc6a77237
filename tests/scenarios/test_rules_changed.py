"""Admins change rules in a real house: a team goes without a skill, two admins agree to a policy, nothing opens a gate, all is kept."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Opened, opened
from bot.checkup import check, matrix, ruling
from bot.config import load
from bot.domain.policy import Reason
from bot.engine.direct import Direct
from bot.errors import BadConfig
from bot.home import Home

Json = dict[str, Any]

CONFIG = """
[[users]]
name = "He Jing"
email = "he@example.com"
role = "admin"
team = "office"
[[users]]
name = "Gu Ran"
email = "gu@example.com"
role = "admin"
team = "office"
[[users]]
name = "Ann Lee"
email = "ann@example.com"
role = "rep"
team = "east"
[[users]]
name = "Wu Wei"
email = "wu@example.com"
role = "rep"
team = "west"
"""
HE, GU, ANN, WU = (f"{name}@example.com" for name in ("he", "gu", "ann", "wu"))
ASKS = "how many customers do we have"
OFF = "switched off for your team"
LETTERS = (
    {"addressee": "Somebody New", "body": "Hello again."},
    {"addressee": "Somebody New", "body": "We apologise for the outage and your complaint."},
    {"addressee": "Somebody New", "body": "We accept unlimited liability for any damage."},
)


@dataclass
class Firm:
    """A house at work, and its people at its pages."""

    here: Opened
    home: Home
    sessions: dict[str, str] = field(default_factory=dict)

    async def told(self, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        """What the house answers; an error by its key."""
        line = [line async for line in self.here.desk.answer({"verb": verb, "args": args, "lang": "en"})][-1]
        return line["result"] if "result" in line else line["error"]["key"]

    async def asks(self, who: str, verb: str, **args: object) -> Any:  # noqa: ANN401 - JSON
        """The same of a verb of the pages, signed in."""
        if who not in self.sessions:
            link = await self.told("link", as_=who)
            self.sessions[who] = (await self.told("page.sign_in", code=link["path"].split("=")[1]))["session"]
        return await self.told(f"page.{verb}", session=self.sessions[who], **args)

    async def says(self, who: str, text: str) -> str:
        """What somebody is answered."""
        return str((await self.told("ask", text=text, as_=who))["text"])

    async def puts(self, who: str, rules: str, note: str = "tried", **changes: str) -> Any:  # noqa: ANN401 - JSON
        """Hand in a form as it is opened now, with some inputs changed (`__` for the dots)."""
        now = await self.asks(who, "rule_set", rules=rules)
        fields = {**now["fields"], **{key.replace("__", "."): value for key, value in changes.items()}}
        return await self.asks(who, "rule_publish", rules=rules, fields=fields, note=note, base=now["base"])

    async def team(self, who: str, team: str) -> str:
        """The number of a team in the form of the skills."""
        fields = (await self.asks(who, "rule_set", rules="skills"))["fields"]
        return next(str(name).removeprefix("team.") for name, value in fields.items() if name.startswith("team.") and value == team)

    def audited(self, kind: str) -> list[Json]:
        """What the audit holds of a kind, in order."""
        with closing(sqlite3.connect(self.home.truth)) as truth:
            entries = [json.loads(entry) for (entry,) in truth.execute("SELECT entry FROM audit ORDER BY seq")]
        return [entry for entry in entries if entry["kind"] == kind]


@asynccontextmanager
async def firm(folder: Path, config: str = CONFIG) -> AsyncIterator[Firm]:
    """An open house with two admins and a rep in each of two teams."""
    (folder / "config.toml").write_text(config, encoding="utf-8")
    home = Home(folder / "home")
    with home.held():
        async with opened(load(folder / "config.toml", {}), home, Direct, serving=False) as here:
            yield Firm(here, home)


async def test_a_team_goes_without_a_skill_until_it_is_given_back(tmp_path: Path) -> None:
    """At once: a rep of it is told kindly, a rep of another team is answered, help leaves it out; one press undoes it."""
    async with firm(tmp_path) as here:
        before = await here.says(ANN, ASKS)
        east = await here.team(HE, "east")
        put = await here.puts(HE, "skills", **{f"on__{east}__query_crm": ""})
        off, other, helped = await here.says(ANN, ASKS), await here.says(WU, ASKS), await here.says(ANN, "what can you do")
        now = await here.asks(HE, "rule_set", rules="skills")
        await here.asks(HE, "rule_back", rules="skills", to="shipped", base=now["base"])
        after = await here.says(ANN, ASKS)

    assert ("published", False, True) == (put["standing"], OFF in before, OFF in off)
    assert (before, before, False) == (other, after, "Answer questions about accounts" in helped)


async def test_the_chinese_sentence_is_kind_too(tmp_path: Path) -> None:
    """It says what, and who can switch it on."""
    async with firm(tmp_path, CONFIG + '[skills.off]\n"*" = ["query_crm"]\n') as here:
        told = await here.says(WU, "我们有多少个客户")

    assert "查客户、商机" in told
    assert told.endswith("要用的话请找管理员。")


async def test_permissions_wait_for_the_second_admin(tmp_path: Path) -> None:
    """Nobody agrees to their own; agreed to, the next question of a rep is answered by them; the audit has who and what."""
    async with firm(tmp_path) as here:
        put = await here.puts(HE, "permissions", permissions__rep__reads__account="none")
        waiting, own = await here.says(ANN, ASKS), await here.asks(HE, "rule_agree", edition=put["id"])
        agreed = await here.asks(GU, "rule_agree", edition=put["id"])
        after, notes = await here.says(ANN, ASKS), here.audited("rules.published")
        digests = [entry["about"]["permissions"] for entry in here.audited("rules.changed")]
    cells = await asyncio.to_thread(matrix, tmp_path / "config.toml", here.home)

    assert ("waiting", "rules_needs_second", "Gu Ran") == (put["standing"], own, agreed["agreed_by"])
    assert waiting != after
    assert [("permissions", 1)] == [(one["about"]["rules"], one["about"]["number"]) for one in notes]
    assert 2 == len(set(digests))
    assert ["none"] == [cell["reads"] for cell in cells if (cell["role"], cell["entity"]) == ("rep", "account")]


async def test_an_only_admin_publishes_alone(tmp_path: Path) -> None:
    """There is nobody to agree."""
    alone = CONFIG.replace('email = "gu@example.com"\nrole = "admin"', 'email = "gu@example.com"\nrole = "rep"')
    async with firm(tmp_path, alone) as here:
        put = await here.puts(HE, "review", review__due_min="60")
        told = await here.asks(HE, "rule_set", rules="review")

    assert ("published", True, "60") == (put["standing"], told["alone"], told["fields"]["review.due_min"])


async def test_the_second_of_two_is_told_with_the_difference_and_loses_nothing(tmp_path: Path) -> None:
    """What they typed is still theirs, and holds once they looked."""
    async with firm(tmp_path) as here:
        first, second = [await here.asks(who, "rule_set", rules="skills") for who in (HE, GU)]
        boxes = [{**told["fields"], f"on.0.{skill}": ""} for told, skill in ((first, "digest"), (second, "capture"))]
        put = await here.asks(HE, "rule_publish", rules="skills", fields=boxes[0], note="no digests", base=first["base"])
        late = await here.asks(GU, "rule_publish", rules="skills", fields=boxes[1], note="no capture", base=second["base"])
        check = await here.asks(GU, "rule_check", rules="skills", fields=boxes[1])
        again = await here.asks(GU, "rule_set", rules="skills")
        both = {**again["fields"], "on.0.capture": ""}
        kept = await here.asks(GU, "rule_publish", rules="skills", fields=both, note="both", base=again["base"])

    assert ("published", "rules_moved", "published") == (put["standing"], late, kept["standing"])
    assert {'"*" = ["digest"]', '"*" = ["capture"]'} == {one["text"] for one in check["difference"] if one["kind"] != "same"}
    assert '"*" = ["capture", "digest"]' in kept["text"]


WRONG = (
    ("review", {"review.due_min": "x"}), ("review", {"review.quotes.1.within_min": ""}),
    ("permissions", {"permissions.rep.reads.account": "x"}),
)  # fmt: skip


async def test_what_does_not_fit_is_told_beside_its_input(tmp_path: Path) -> None:
    """In the admin's language, with what was typed; nothing is published."""
    told = []
    async with firm(tmp_path) as here:
        for rules, typed in WRONG:
            now = await here.asks(HE, "rule_set", rules=rules)
            fields = {**now["fields"], **typed}
            check = await here.asks(HE, "rule_check", rules=rules, fields=fields)
            put = await here.asks(HE, "rule_publish", rules=rules, fields=fields, note="tried", base=now["base"])
            [fault] = check["faults"]
            told.append(([fault["key"]], "does not fit" in fault["text"], check["fields"] == fields, put))
        history = [(await here.asks(HE, "rule_set", rules=rules))["history"] for rules in ("review", "permissions")]

    assert [(list(typed), True, True, "rules_faulty") for _, typed in WRONG] == told
    assert [[], []] == history


async def test_what_would_fit_is_told_in_chinese_too(tmp_path: Path) -> None:
    """A whole number, a time, a date: nobody has to read the config's own words."""
    async with firm(tmp_path) as here:
        now = await here.asks(HE, "rule_set", rules="review")
        told = []
        for name in ("review.due_min", "review.hours", "review.country", "review.holidays"):
            args = {"session": here.sessions[HE], "rules": "review", "fields": {**now["fields"], name: "hm"}}
            line = [one async for one in here.here.desk.answer({"verb": "page.rule_check", "args": args, "lang": "zh"})][-1]
            told.append(line["result"]["faults"][0]["text"])

    assert [
        "“hm”不对,应为:整数", "“hm”不对,应为:几点到几点,如 09:00-18:00", "“hm”不对,应为:国家代码,如 CN、DE、DE-BY;空着就只看自家的",
        "“hm”不对,应为:日期,如 2026-12-25",
    ] == told  # fmt: skip


async def test_the_laxest_policy_opens_no_gate(tmp_path: Path) -> None:
    """Everything that a form can loosen is loosened: a stranger's letter, an apology and a promise wait all the same."""
    loose = {"review__authority__discount_pct": "100", "review__authority__payment_days": "999", "review__due_min": "99999"}
    async with firm(tmp_path) as here:
        now = await here.asks(HE, "rule_set", rules="review")
        rows = {f"drop.{number}": "1" for number in range(1, 20)}
        amounts = {name: "" for name in now["fields"] if name.startswith("review.two_above.")}
        fields = {**now["fields"], **{key.replace("__", "."): value for key, value in loose.items()}, **rows, **amounts}
        put = await here.asks(HE, "rule_publish", rules="review", fields=fields, note="all of it", base=now["base"])
        await here.asks(GU, "rule_agree", edition=put["id"])
        held = await here.asks(GU, "rule_set", rules="review")
        reviews = here.here.house.reviews
        assert reviews is not None
        gates = [await reviews.foreseen("letter", letter) for letter in LETTERS]

    assert "edited" == held["holding"]
    assert [
        (True, {Reason.UNKNOWN_ADDRESSEE}), (True, {Reason.UNKNOWN_ADDRESSEE, Reason.SENSITIVE}),
        (True, {Reason.UNKNOWN_ADDRESSEE, Reason.COMMITMENT_OUTSIDE_POLICY}),
    ] == [(gate.must_review, {ground.reason for ground in gate.grounds}) for gate in gates]


async def test_nobody_but_an_admin_looks_or_changes(tmp_path: Path) -> None:
    """Whatever they ask."""
    async with firm(tmp_path) as here:
        told = [
            await here.asks(ANN, "rules"), await here.asks(ANN, "rule_set", rules="review"),
            await here.asks(ANN, "rule_check", rules="review", text="x"),
            await here.asks(ANN, "rule_publish", rules="review", text="x", note="x", base="x"),
            await here.asks(ANN, "rule_back", rules="review", to="shipped", base="x"),
            await here.asks(ANN, "rule_agree", edition="x"), await here.asks(ANN, "rule_drop", edition="x"),
        ]  # fmt: skip

    assert ["only_admins"] * 7 == told


async def test_what_was_published_holds_after_a_restart(tmp_path: Path) -> None:
    """It lies in the store, not in the config; and the history can be gone through back and forth."""
    async with firm(tmp_path) as here:
        one = await here.puts(HE, "skills", "first", on__0__digest="")
        await here.puts(HE, "skills", "second", on__0__capture="")
    async with firm(tmp_path) as here:
        held = await here.asks(HE, "rule_set", rules="skills", against=one["id"])
        back = await here.asks(HE, "rule_back", rules="skills", to=one["id"], base=held["base"])
        lists = await here.asks(HE, "rules")

    assert ("edited", '"*" = ["capture", "digest"]') == (held["holding"], held["text"].splitlines()[-1])
    assert {'"*" = ["capture", "digest"]', '"*" = ["digest"]'} == {each["text"] for each in held["against"] if each["kind"] != "same"}
    assert ("↩ #1", one["text"], 3) == (back["note"], back["text"], back["number"])
    assert ["review", "permissions", "skills"] == [each["name"] for each in lists["sets"]][:3]


async def test_the_command_line_tells_what_was_changed_and_gives_it_back(tmp_path: Path) -> None:
    """`check` tells of it, what is exported stands in a config as it is, and a set that cannot be read is given back without a house."""
    async with firm(tmp_path) as here:
        await here.puts(HE, "skills", on__0__digest="")
    path, home = tmp_path / "config.toml", Home(tmp_path / "home")
    found = await asyncio.to_thread(lambda: [one for one in check(path, home) if one["key"].startswith("check_rules")])
    held = ruling(load(path, {}), home)
    text = await asyncio.to_thread(held.export)
    (tmp_path / "other.toml").write_text(text + CONFIG, encoding="utf-8")
    with closing(sqlite3.connect(home.truth)) as truth, truth:
        truth.execute("UPDATE rule_editions SET text = 'broken', rules = 'review'")
    with pytest.raises(BadConfig) as stop:
        async with firm(tmp_path, CONFIG):
            pass
    given = await asyncio.to_thread(held.drop, "review")
    async with firm(tmp_path, CONFIG) as here:
        now = await here.asks(HE, "rule_set", rules="review")

    assert [{"state": "on", "key": "check_rules_edited", "facts": {"name": "skills", "number": 1}}] == found
    assert {"*": ("digest",)} == load(tmp_path / "other.toml", {}).skills.off
    assert ("rules_broken", {"name": "review", "number": 2}, "shipped") == (stop.value.key, given, now["holding"])
