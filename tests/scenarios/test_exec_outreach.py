"""Reps of the invented firm ask for letters: the real house, its records, its papers. Each letter is held against what it stands on."""

import re
import sys
import tomllib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.bootstrap import Opened
from bot.demo.documents import filings
from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.gaps import GAP, gaps_in
from bot.domain.grounding import sentences, unproven, verbatim
from bot.domain.ids import PassageId, ThreadId, TurnId
from bot.domain.outcome import Answer, Draft
from bot.domain.people import Speaker, speaker_of
from bot.domain.records import Cause, Import
from bot.domain.talk import Lang, Turn, language_of
from bot.domain.voice import Consent
from bot.home import Home
from bot.render.files import write_filings
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.records import SqliteRecords
from bot.store.voices import SqliteVoices
from skills.exec_outreach.register import faults, length
from tests.scenarios.firm import TODAY, at_work

NOW, NOON = datetime(2026, 8, 4, 4, tzinfo=UTC), "2026-08-04T12:00:00+08:00"
SHELVED = re.compile(r"案例|cases|对标|benchmark|白皮书|年度报告|毛利|价格政策|打法")
ASKED: Sequence[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("letters.toml").read_text(encoding="utf-8"))["ask"]
WHOLE = 8
"""Of so many requests every way in is walked, of the others one."""
LABEL = re.compile(r"^\[[^\]]+\]\s*")
QUOTE = re.compile(r"“([^”]+)”")
PAGE = re.compile(r"第\s?(\d+)\s?页")
LIN = "lin.xiao@hengyu.example"
FORMS = ("Sir", "Madam")


@dataclass(frozen=True)
class Firm:
    """The house of the invented firm. book: its records by id; people: by the name before the @."""

    here: Opened
    book: Mapping[str, Import]
    people: Mapping[str, Speaker]
    home: Home

    async def says(self, who: str, text: str) -> Answer | Draft:
        """What the skill says to somebody."""
        speaker = self.people[who]
        skill = next(one for one in self.here.skills.for_speaker(speaker) if one.capability.name == "exec_outreach")
        words = LABEL.sub("", text)
        return await skill.run(Turn(TurnId("t"), ThreadId("h"), speaker, words, language_of(words), NOW, "exec_outreach"))

    async def letters(self, who: str, text: str, way: int | None = None) -> list[Draft]:
        """The letters that a request leads to, over every way in that is offered, or over one of them (counted round)."""
        told = await self.says(who, text)
        if isinstance(told, Draft):
            return [told]
        pressed = told.buttons if way is None or not told.buttons else (told.buttons[way % len(told.buttons)],)
        drafts = [await self.says(who, one.text) for one in pressed]
        return [one for one in drafts if isinstance(one, Draft)]

    async def stands(self, who: str, ground: Evidence, text: str) -> bool:
        """Whether a ground is there: a document's quote word for word, a record by its id, the rep's own words."""
        if ground.kind is EvidenceKind.DOCUMENT:
            found = await self.here.skills.library.for_speaker(self.people[who]).around(PassageId(ground.ref), 0, 0)
            return any(verbatim(ground.quote, one.text) for one in found)
        return ground.ref in self.book or (ground.ref == "t" and ground.quote.partition(" = ")[0] in {*ground.quote.split(" / "), text})

    def named(self, body: str) -> Iterator[str]:
        """Everybody and every firm of the book that a text names."""
        names = {str(one.fields.get("name") or "") for one in self.book.values() if one.entity in {"account", "contact"}}
        yield from (one for one in names if one and one in body)


@asynccontextmanager
async def firm(folder: Path, *, papers: bool = True) -> AsyncIterator[Firm]:
    """The firm as of a day; with papers that letters may quote, and some that must stay out of them."""
    (folder / "config.toml").write_text("", encoding="utf-8")
    write_filings(folder / "papers", [one for one in filings(TODAY) if papers and SHELVED.search(one.name)])
    async with at_work(folder, folder / "papers" if papers else None) as firm:
        people = {one.email.partition("@")[0]: speaker_of(one) for one in firm.made.users}
        yield Firm(firm.here, {one.id: one for kind in firm.made.records.values() for one in kind}, people, firm.home)


async def wrong_in(house: Firm, ask: Mapping[str, Any], draft: Draft) -> list[str]:
    """What is wrong with a letter: facts without a ground, grounds that are not there, words that do not fit."""
    fields = draft.fields
    body, lang = str(fields["body"]), Lang(str(fields["language"]))
    called = (fields["addressee"], fields["contact_name"], fields["account_name"], fields["owner_name"], *FORMS)
    between = [str(one) for one in called if one]
    claims = [one for name, one in draft.evidence.items() if name.partition(".")[0] == "body"]
    told = [f"{one.quote}\n{one.source}\n{one.locator}" for one in claims]
    contact = house.book.get(str(fields["contact"]))
    executive = contact is None or contact.fields["executive"] is not False
    found = [f"register: {one}" for one in faults(body, lang, executive=executive)]
    for sentence in sentences(body):
        bare = GAP.sub(" ", sentence)
        found += [f"quote: {one}" for one in QUOTE.findall(bare) if not any(verbatim(one, text) for text in told)]
        found += [f"invented: {one}" for one in unproven(PAGE.sub(r"p. \1", QUOTE.sub(" ", bare)), [*told, *between])]
    found += [f"name: {one}" for one in house.named(body) if not any(one in text for text in (*told, *between))]
    found += [f"never: {one}" for one in ask.get("never", ()) if one in body]
    found += [f"ground: {one.quote}" for one in draft.evidence.values() if not await house.stands(ask["who"], one, ask["text"])]
    found += [f"kind: {fields['kind']}" for _ in range(1) if ask.get("kind") not in {None, fields["kind"]}]
    found += [f"language: {lang}" for _ in range(1) if ask.get("lang") not in {None, str(lang)}]
    found += [f"to: {fields['contact_name']}" for _ in range(1) if "to" in ask and ask["to"] != (fields["contact_name"] or "")]
    greets = ("您好" in body or "尊敬的" in body) if lang is Lang.ZH else body.startswith("Dear ")
    return found if greets else [*found, "no greeting"]


@pytest.mark.parametrize("each", [3, pytest.param(1, marks=pytest.mark.soak)])
async def test_no_letter_says_what_nothing_supports(tmp_path: Path, each: int) -> None:
    """Sixty-odd requests, or each third, honest and hostile: each fact has its ground, each ground is there, the register holds."""
    wrong, letters, gaps, longest, unmet = dict[str, list[str]](), 0, 0, Counter[str](), list[str]()
    async with firm(tmp_path) as house:
        for at, ask in list(enumerate(ASKED))[::each]:
            drafts = await house.letters(ask["who"], ask["text"], None if at < WHOLE else at)
            unmet += [ask["text"]] * (not drafts)
            for draft in drafts:
                letters += 1
                gaps += bool(gaps_in(str(draft.fields["body"])))
                lang = str(draft.fields["language"])
                longest[lang] = max(longest[lang], length(str(draft.fields["body"]), Lang(lang)))
                if bad := await wrong_in(house, ask, draft):
                    wrong.setdefault(f"{ask['who']}: {ask['text']}", []).extend(bad)
    sys.stdout.write(f"requests {len(ASKED)}, letters {letters}, with a gap {gaps}, longest {dict(longest)}, wrong {len(wrong)}\n")

    assert 60 <= len(ASKED)
    assert [] == unmet
    assert {} == wrong


async def test_a_letter_is_chosen_filled_in_changed_and_sent_for_review(tmp_path: Path) -> None:
    """Angles first; one draft with a gap; a day fills it; a few words change it; only the newest is open, and it waits for somebody."""
    async with firm(tmp_path) as house:
        say = house.here.house

        async def said(text: str) -> dict[str, Any]:
            return dict(await say.ask(text, as_=LIN, now=NOON, thread="t1"))

        offered = await said("给海蓝科技的董事长写封破冰信")
        drafted = await said("引荐")
        filled = await said("28号")
        without = await said("别提陈总")
        english = await said("换成英文")
        short = await said("短一点")
        sent = await said("送审")
        open_ones = [one for one in await house.here.drafts.open_of(house.people["lin.xiao"].user_id) if one.entity == "letter"]

    assert ["引荐", "公开报告", "同行结果"] == [one["label"] for one in offered["buttons"]]
    assert "[待补:见面日]" in drafted["text"]
    assert "陈牧之" in drafted["text"]
    assert "哪天?" in drafted["text"]
    assert "8月28日是否方便" in filled["text"]
    assert "待补" not in filled["text"]
    assert "陈牧之" not in without["text"]
    assert "8月28日" in without["text"]
    assert "28 August" in english["text"]
    assert len(english["text"]) > len(short["text"])
    assert "must_review" == short["review"]["class"]
    assert 1 == len(open_ones)
    assert "28 August" in str(open_ones[0].fields["body"])
    assert "张敏" in sent["text"]


async def test_letters_are_in_the_reps_own_voice_while_they_agree(tmp_path: Path) -> None:
    """Their greeting and sign-off come back in the next letter once they said so, and are gone when they take it back."""
    body = "王总，见信好：\n冒昧来信，请见谅。想请您来厂里看看。\n顺颂时祺\n林晓"
    async with firm(tmp_path, papers=False) as house:
        lin = house.people["lin.xiao"]
        database = Database(house.home.truth)
        records = SqliteRecords(database, SystemClock(), TimeIds())
        for _ in range(2):
            letter = {"body": body, "owner": lin.user_id, "status": "sent", "language": "zh", "subject": "来访"}
            await records.put("letter", letter, cause=Cause("system"))
        due = await SqliteVoices(database, SystemClock()).due(lin.user_id)

        async def drafted() -> str:
            draft = await house.says("lin.xiao", "从引荐聊起:给海蓝科技的董事长写封破冰信")
            assert isinstance(draft, Draft)
            return str(draft.fields["body"])

        before = await drafted()
        agreed = await house.here.house.ask("学我的口吻", as_=LIN, now=NOON, thread="t1")
        given = await SqliteVoices(database, SystemClock()).consent(lin.user_id)
        during = await drafted()
        await house.here.house.ask("别学我的口吻", as_=LIN, now=NOON, thread="t1")
        after = await drafted()
        database.close()

    assert due
    assert "好,以后按你的口吻写。想停就说“别学我的口吻”。" == agreed["text"]
    assert Consent.GIVEN is given
    assert during.startswith("李董事长，见信好：\n冒昧来信，请见谅。")
    assert during.endswith("顺颂时祺\n林晓")
    assert before == after
    assert "见信好" not in before
