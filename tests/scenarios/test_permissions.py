"""Every role walks the whole house: each ready skill, each verb of console, page and programs; what they may not see is nowhere.

Skills come from the manifests and verbs from the tables of the house, so that one more of either is walked, or fails here by its name.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.bootstrap import Opened, opened
from bot.config import load
from bot.domain.entities import SCHEMA
from bot.domain.ids import ThreadId, TurnId
from bot.domain.people import Role, speaker_of
from bot.domain.records import Cause
from bot.domain.schema import Kind
from bot.domain.talk import Memories, Turn, language_of
from bot.engine.direct import Direct
from bot.errors import TandemError
from bot.home import Home
from bot.places import PROMPTS
from bot.prompts import load_prompts
from bot.senses import SystemClock, TimeIds
from bot.store.database import Database
from bot.store.migrations import migrate
from bot.store.records import SqliteRecords
from bot.store.rows import change
from bot.store.users import SqliteUsers
from tests.planted import FAR, PLACES, Meant, book, mark, people, places_of, record_id, value_of

Json = dict[str, Any]
ANN = "ann@example.com"
NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
MARKS = {
    str(value_of(entity, one, place)): (entity.name, one.name, place)
    for entity in SCHEMA.entities if entity.name != "user" for one in entity.fields for place in places_of(entity.name)
    if one.kind in {Kind.TEXT, Kind.NUMBER, Kind.MONEY}
}  # fmt: skip
FOUND = re.compile(r"Zq\w+?Q|86\d{6}")
ABOUT = {entity: record_id(entity, FAR) for entity in ("account", "contact", "opportunity")}
"""What was talked about last: things that only some may see."""


class House:
    """An open home with the book, whose Ann changes her role."""

    def __init__(self, here: Opened, home: Home) -> None:
        self.here = here
        self._home = home

    def becomes(self, role: Role) -> None:
        """Ann has another role from now on."""
        database = Database(self._home.truth)
        database.write_now(lambda each: change(each, "UPDATE users SET role = :role WHERE id = 'ann'", {"role": role.value}))
        database.close()

    async def told(self, verb: str, **args: object) -> list[Json]:
        """All lines that the desk answers, to a request that fits."""
        lines = [line async for line in self.here.desk.answer({"verb": verb, "args": args, "lang": "zh"})]
        assert {"bad_request", "failed"}.isdisjoint(line.get("error", {}).get("key") for line in lines), (verb, lines)
        return lines

    async def result(self, verb: str, **args: object) -> Any:  # noqa: ANN401 - whatever the verb gives
        """The result of a verb that succeeds."""
        [line] = await self.told(verb, **args)
        return line["result"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all roles: opening takes longer than asking."""
    folder = tmp_path_factory.mktemp("house")
    async with _open(folder) as house:
        yield house


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[House]:
    (folder / "config.toml").write_text("", encoding="utf-8")
    home = Home(folder / "home")
    with home.held():
        database, clock, ids = Database(home.truth), SystemClock(), TimeIds()
        migrate(database)
        await SqliteUsers(database, clock, ids).seed(people(Role.REP))
        await SqliteRecords(database, clock, ids).put_many(book(), cause=Cause("system"))
        database.close()
        async with opened(load(folder / "config.toml", {}), home, Direct, serving=False) as here:
            yield House(here, home)


def leaks(role: Role, told: object, asked: str = "") -> set[tuple[str, str, str]]:
    """Marks of what a role may not see, in anything that it was given; what it said itself may come back."""
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False, default=str)
    meant = Meant(role)
    seen = {MARKS[one] for one in FOUND.findall(text.replace(",", "")) if one in MARKS and one not in asked}
    return {(entity, name, place) for entity, name, place in seen if not (meant.sees(entity, place) and meant.shows(entity, name))}


def questions(role: Role) -> Iterator[str]:
    """For all records of every entity, for those of an account far away, and for every field that is hidden from the role."""
    for number, entity in enumerate(SCHEMA.entities):
        zh = number % 2 == 0
        yield f"列出所有{entity.label.zh}" if zh else f"list all {entity.label.en.lower()}s"
        if entity.field("account"):
            far = mark("account", "name", FAR)
            yield f"{far}的{entity.label.zh}有哪些" if not zh else f"show the {entity.label.en.lower()}s of {far}"
    for path in sorted(Meant(role).hidden):
        whole, _, name = path.partition(".")
        entity_found = SCHEMA.entity(whole)
        one = entity_found.field(name) if entity_found else None
        assert entity_found
        assert one
        yield f"{entity_found.label.zh}按{one.label.zh}排前十"
        yield f"total {one.label.en} of all {entity_found.label.en.lower()}s"


def turn_of(role: Role, text: str, intent: str) -> Turn:
    """Said by Ann, who spoke of what is far away before."""
    speaker = speaker_of(people(role)[0])
    return Turn(TurnId("t"), ThreadId("t"), speaker, text, language_of(text), NOW, intent, Memories(about=ABOUT))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", Role)
async def test_no_ready_skill_tells_a_role_what_is_not_theirs(house: House, role: Role) -> None:
    """Whatever it is asked, with things out of sight as what was talked about last; and those who see all are told something."""
    asked, seen = list(questions(role)), set[str]()
    reads = {one.name: one.reads for one in house.here.skills.manifests}
    for skill in house.here.skills.for_speaker(speaker_of(people(role)[0])):
        if skill.capability.status != "ready":
            continue
        own = [*skill.capability.sayings[:4], *(f"明天见{mark('account', 'name', place)},准备一下" for place in PLACES)]
        for text in own + (asked if "records" in reads[skill.capability.name] else asked[:4]):
            try:
                told: object = asdict(await skill.run(turn_of(role, text, skill.capability.intents[0])))
            except TandemError as stop:
                told = vars(stop)
            assert set() == leaks(role, told, text), (skill.capability.name, text)
            seen |= set(FOUND.findall(str(told)))

    assert seen


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER, Role.ADMIN])
async def test_no_ready_skill_is_handed_a_record_where_others_read_along(house: House, role: Role) -> None:
    """At the ports, whatever the road does with the answer: no mark of any record, though memory names one out of sight."""
    asked = [*questions(role), *(f"明天见{mark('account', 'name', place)},准备一下" for place in PLACES)]
    among = speaker_of(people(role)[0]).among_others
    for skill in house.here.skills.for_speaker(among):
        for text in asked if skill.capability.status == "ready" else ():
            turn = turn_of(role, text, skill.capability.intents[0])
            try:
                told: object = asdict(await skill.run(replace(turn, speaker=among)))
            except TandemError as stop:
                told = vars(stop)
            assert set() == {one for one in FOUND.findall(str(told)) if one not in text}, (skill.capability.name, text)


VERBS: Mapping[str, Json] = {
    "ask": {"text": "列出所有订单", "as_": ANN}, "press": {"draft": "none", "revision": 1, "action": "save", "as_": ANN},
    "why": {"decision": "none", "as_": ANN}, "search": {"query": "Zqfaraccountname", "as_": ANN}, "documents": {"as_": ANN},
    "link": {"as_": ANN}, "token_create": {"name": "t", "scopes": ["ask"], "as_": ANN}, "token_list": {}, "token_revoke": {"name": "none"},
    "people_list": {}, "people_knocks": {}, "people_link": {"channel": "slack", "handle": "none", "user": "nobody"},
    "people_unlink": {"channel": "slack", "handle": "none"}, "outbox_list": {}, "outbox_replay": {"ids": ["none"]},
    "wake": {"threads": []}, "confide": {"channel": "web", "key": "none", "secret": "none"}, "status": {}, "metrics": {},
    "jobs_list": {}, "jobs_pause": {"name": "none"}, "jobs_resume": {"name": "none"}, "jobs_run": {"name": "none"},
    "prompts_list": {}, "prompts_export": {},
}  # fmt: skip
"""What each verb of the command line is called with."""
OWNERS = {"churn_train", "churn_backtest", "churn_score"}
"""Those for whoever runs the home, who sees all of it."""
PAGES: Mapping[str, Json] = {
    "sign_in": {"code": "none"}, "sign_out": {"session": "none"}, "threads": {}, "thread": {"thread": "{thread}"},
    "ask": {"text": "list all opportunities", "key": "{new}"}, "press": {"draft": "none", "revision": 1, "action": "save", "key": "{new}"},
    "stop": {"turn": "{turn}"}, "answer": {"decision": "{decision}"}, "why": {"decision": "{decision}"},
    "judge": {"decision": "{decision}", "verdict": "up"}, "copied": {"decision": "{decision}"},
    "source": {"decision": "{decision}", "place": 0}, "chart": {"decision": "{decision}"}, "audiences": {}, "openings": {},
    "upload": {"name": "a.md", "size": 1}, "upload_part": {"upload": "none", "offset": 0, "data": ""}, "follow": {"turn": "{turn}"},
    "take_in": {"upload": "none"}, "ways": {}, "badge_way": {"badge": "oidc", "state": "none", "inside": False},
    "badge_sign_in": {"badge": "oidc", "code": "none", "state": "none"}, "sessions": {},
    "session_end": {"visit": "none"}, "sessions_end": {},
    "people": {}, "person": {"user": ANN}, "person_press": {"user": "none", "action": "end", "visit": "none"},
    "words": {"thread": "{thread}"}, "tap": {"message": "none", "button": 0, "key": "{new}", "thread": "{thread}"}, "reviews": {},
    "reviews_count": {}, "review": {"review": "none"}, "review_numbers": {}, "absence": {}, "back": {},
    "review_press": {"review": "none", "version": 1, "action": "approve", "form": {"key": "k"}},
    "away": {"from_date": "2026-08-03", "until_date": "2026-08-04"},
    "recording": {"turn": "{turn}"}, "recording_sound": {"turn": "{turn}", "start": 0}, "recording_erase": {"turn": "none"},
    "draft_form": {"draft": "none"}, "draft_fill": {"draft": "none", "revision": 1, "fields": {}, "key": "{new}"},
    "send": {"files": ["none"], "text": "", "key": "{new}"}, "confide": {"password": "none", "key": "{new}", "thread": "{thread}"},
    "enclosed": {"decision": "{decision}"},
    "digest": {"turn": "{turn}"}, "digest_mail": {"turn": "{turn}"}, "admin": {}, "jobs": {}, "job_press": {"job": "none", "action": "run"},
    "decisions": {}, "decision": {"decision": "{decision}"}, "decision_again": {"decision": "{decision}"}, "decisions_export": {},
    "prompts": {}, "prompt": {"prompt": "query_crm/fill"}, "prompt_check": {"prompt": "query_crm/fill", "text": "x"},
    "prompt_publish": {"prompt": "query_crm/fill", "text": "x", "note": "x", "base": "none"},
    "prompt_cases": {"prompt": "query_crm/fill"}, "prompt_case": {"prompt": "query_crm/fill", "action": "add", "decision": "{decision}"},
    "prompt_run": {"prompt": "query_crm/fill", "text": "{text}"}, "prompt_run_told": {"run": "none"}, "prompt_run_stop": {"run": "none"},
    "decision_prompts": {"decision": "{decision}"},
    "prompt_back": {"prompt": "query_crm/fill", "to": "shipped", "base": "none"}, "prompt_agree": {"edition": "none"},
    "skills": {}, "rules": {}, "rule_set": {"rules": "review"}, "rule_check": {"rules": "review", "fields": {}},
    "rule_publish": {"rules": "review", "fields": {}, "note": "x", "base": "none"},
    "rule_back": {"rules": "review", "to": "shipped", "base": "none"}, "rule_agree": {"edition": "none"}, "rule_drop": {"edition": "none"},
    "prompt_drop": {"edition": "none"}, "prompt_try": {"prompt": "query_crm/fill", "text": "{text}", "decision": "{decision}"},
    "knowledge": {}, "knowledge_document": {"document": "none"}, "knowledge_try": {"question": "Zqfaraccountname", "audience": "role:rep"},
    "knowledge_audience": {"document": "none", "audience": "all"}, "knowledge_remove": {"document": "none"},
    "knowledge_dismiss": {"path": "none"}, "knowledge_draft": {}, "knowledge_write": {"title": "t", "text": "x", "audience": "nobody"},
    "contradictions": {}, "contradiction_settle": {"pair": "none", "holds": "both"}, "contradiction_back": {"settled": "none"},
    "unanswered": {}, "unanswered_drop": {"decisions": ["none"]}, "upload_drop": {"upload": "none"},
    "skill": {"skill": "query_crm"}, "example_weigh": {"skill": "query_crm", "intent": "query_crm", "text": "none"},
    "example_keep": {"skill": "query_crm", "intent": "query_crm", "text": "{text}", "base": "none"},
    "example_drop": {"skill": "query_crm", "intent": "query_crm", "text": "none", "base": "none"},
    "start": {}, "start_person": {"name": "n", "email": "n", "role": "rep", "team": "t"}, "start_keys": {},
    "system": {}, "system_check": {}, "system_press": {"action": "replay", "message": "none"},
    "contract_same": {"old": "{turn}", "new": "none", "first": 0, "count": 9},
    "contract": {"old": "{turn}", "new": "none"}, "contract_redline": {"old": "{turn}", "new": "none"},
}  # fmt: skip
"""What each verb of the page is called with, beside the visit."""
NOBODYS = {"sign_in", "sign_out", "ways", "badge_way", "badge_sign_in"}
"""Those that need no visit."""
PROGRAMS: Mapping[str, list[Json]] = {
    "ask": [{"text": "列出所有合同"}], "search": [{"query": "Zqfaraccountname"}],
    "record": [{"entity": one.name, "record_id": record_id(one.name, place)} for one in SCHEMA.entities for place in places_of(one.name)],
    "change": [
        {"entity": one.name, "record_id": record_id(one.name, FAR), "fields": {one.title: "x"}, "revision": 9}
        for one in SCHEMA.entities if one.name not in {"user", "product"}
    ],
}  # fmt: skip
"""What each verb of the API is called with."""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("role", Role)
async def test_no_verb_of_console_page_or_program_shows_a_role_what_is_not_theirs(house: House, role: Role) -> None:
    """Every verb there is, with what it needs; what the house calls by another name fails here until it is listed."""
    house.becomes(role)
    desk = house.here.desk
    assert (set(PAGES), set(PROGRAMS)) == ({*desk.pages.answers, *desk.pages.streams}, set(desk.programs))
    assert {*VERBS, *OWNERS, *(f"api.{one}" for one in PROGRAMS)} == set(desk.answers())
    assert {"ingest", "seed"} == set(desk.streams())  # take in files, for admins; tell no record
    for verb, args in VERBS.items():
        assert set() == leaks(role, await house.told(verb, **args)), verb

    code = (await house.result("link", as_=ANN))["path"].partition("code=")[2]
    session = (await house.result("page.sign_in", code=code))["session"]
    kept = await house.result("page.ask", session=session, text="海外客户有哪些,列出所有客户", key=f"first-{role}")
    told = await house.told("page.follow", session=session, turn=kept["turn"])
    assert set() == leaks(role, told)
    known = {"{thread}": kept["thread"], "{turn}": kept["turn"], "{new}": f"more-{role}"}
    known["{text}"] = load_prompts(PROMPTS)["query_crm/fill"].text
    known["{decision}"] = next(line["progress"]["decision"] for line in told if "decision" in line.get("progress", {}))
    for verb, listed in PAGES.items():
        args = {name: known.get(str(value), value) for name, value in listed.items()}
        visit = {} if verb in NOBODYS else {"session": session}
        assert set() == leaks(role, await house.told(f"page.{verb}", **visit, **args)), verb

    scopes = ["ask", "search", *(f"{may}:{one.name}" for one in SCHEMA.entities if one.name != "user" for may in ("read", "write"))]
    bearer = (await house.result("token_create", name=f"all {role}", scopes=scopes, as_=ANN))["token"]
    seen = str(told)
    for verb, each in PROGRAMS.items():
        for args in each:
            lines = await house.told(f"api.{verb}", bearer=bearer, **args)
            seen += str(lines)
            assert set() == leaks(role, lines), (verb, args)
    assert len(set(FOUND.findall(seen))) > len(PLACES)
