"""The admins' room of knowledge over a real library: who may, what a question finds for whom, files in and out, pages written."""

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.admin.contradictions import ContradictionsRoom
from bot.admin.door import AdminDoor
from bot.admin.knowledge import KnowledgeRoom, Shelves
from bot.admin.unanswered import LONGEST_TEXT, UnansweredRoom, Writing
from bot.domain.ids import Audience, DocumentId, UserId
from bot.domain.people import EVERYONE, Role, User
from bot.domain.talk import Lang
from bot.errors import NotAllowed, TellUser
from bot.senses import TimeIds
from bot.store.catalog import SqliteCatalog
from bot.store.claims import SqliteClaims
from bot.store.database import Database
from bot.store.gaps import SqliteGaps
from bot.store.rows import every
from bot.store.users import SqliteUsers
from bot.store.visits import SqliteVisits
from bot.uploads import Uploads
from bot.visits import Visits
from bot.words import TomlWords, read_sentences
from knowledge.proving import Proving
from tests.fakes.senses import SetClock
from tests.hostile import SECRET, laughing, pointing, swelling
from tests.libraries import MANAGER, STRINGS, Shelved

pytestmark = pytest.mark.slow

ROOT = User(UserId("root"), "Root", "root@example.com", Role.ADMIN, "", "UTC")
MAYA = User(UserId("maya"), "Maya", "maya@example.com", Role.MANAGER, "east", "UTC")
LIN = User(UserId("lin"), "Lin", "lin@example.com", Role.REP, "east", "UTC")
BOSSES = Audience("role:manager")
HOSTILE = '"><img src=x onerror=alert(1)> ../../etc/pass\0wd'


@dataclass
class Stage:
    """The room, with people who may enter it and one who may not."""

    folder: Path
    shelved: Shelved
    catalog: SqliteCatalog
    claims: SqliteClaims
    uploads: Uploads
    verbs: dict[str, Any]
    root: str
    lin: str

    async def do(self, verb: str, session: str = "", **args: object) -> Any:  # noqa: ANN401 - JSON
        """One verb, as the admin unless said otherwise."""
        return await self.verbs[verb](session or self.root, lang=Lang.EN, **args)

    async def drop(self, name: str, content: bytes, *, audience: str = "", replaces: str = "") -> list[str]:
        """Hand over a file; the outcomes that are told."""
        upload = (await self.uploads.begin(self.root, name, len(content), audience=audience, replaces=replaces))["upload"]
        await self.uploads.part(self.root, upload, 0, base64.b64encode(content).decode())
        return [step["outcome"] async for step in self.uploads.end(self.root, upload, lang=Lang.EN, soon=True) if step["outcome"]]

    async def id_of(self, source: str) -> str:
        """Of a document in the list."""
        [one] = [line for line in (await self.do("knowledge"))["lines"] if line["source"] == source]
        return str(one["id"])

    async def kept(self) -> dict[str, str]:
        """File -> what is in it, of those that the house keeps."""
        files = [path for path in (self.folder / "uploads").rglob("*") if path.is_file()]
        return {path.name: path.read_text(encoding="utf-8") for path in files}


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """An empty library."""
    shelved, clock, ids = Shelved(tmp_path, linger_s=30.0), SetClock(), TimeIds()
    database: Database = shelved.database
    users = SqliteUsers(database, clock, ids)
    await users.seed([ROOT, MAYA, LIN])
    visits = Visits(SqliteVisits(database, clock), users, clock, "http://tandem.example", "UTC")
    catalog, claims = SqliteCatalog(database, clock, "letters"), SqliteClaims(database, clock, ids)
    folder = tmp_path / "uploads"
    uploads = Uploads(visits, shelved.library, users, clock, ids, folder, 1_000_000, catalog=catalog)
    door, words = AdminDoor(visits), TomlWords(read_sentences(STRINGS))
    writing = Writing(shelved.library, shelved.library, folder, catalog.at, catalog.note, patience_s=120)
    missing = UnansweredRoom(door, SqliteGaps(database, clock), shelved.embedder, users, clock, writing)
    rooms = (
        KnowledgeRoom(door, Shelves(catalog, claims, shelved.library, uploads, users, clock, words, folder)),
        ContradictionsRoom(door, claims, users, clock), missing,
    )  # fmt: skip
    sessions = []
    for user in (ROOT, LIN):
        code = (await visits.link(as_=user.email))["path"].partition("code=")[2]
        sessions.append(str((await visits.sign_in(code))["session"]))
    verbs = {name: verb for room in rooms for name, verb in room.verbs().items()}
    yield Stage(tmp_path, shelved, catalog, claims, uploads, verbs, *sessions)
    await missing.close()
    await shelved.close()


async def test_nobody_but_an_admin_enters(stage: Stage) -> None:
    """Whatever the verb, before anything is looked at."""
    args: dict[str, dict[str, object]] = {
        "knowledge_document": {"document": "x"}, "knowledge_audience": {"document": "x", "audience": "all"},
        "knowledge_remove": {"document": "x"}, "knowledge_dismiss": {"path": "x"}, "contradiction_settle": {"pair": "1-2", "holds": "left"},
        "contradiction_back": {"settled": "x"}, "unanswered_drop": {"decisions": []},
        "knowledge_write": {"title": "t", "text": "t", "audience": "all"},
    }  # fmt: skip
    keys = set()
    for verb in stage.verbs:
        with pytest.raises(NotAllowed) as refused:
            await stage.do(verb, stage.lin, **args.get(verb, {}))
        keys.add(refused.value.key)

    assert ({"only_admins"}, 13) == (keys, len(stage.verbs))


async def test_question_is_tried_as_somebody_else_would_ask_it(stage: Stage) -> None:
    """With scores, and with what they may not see; a person sees what their role and team see; an admin sees all."""
    await stage.drop("open.md", b"# Discounts\n\nRenewals: up to 10 % discount.", audience="all")
    await stage.drop("floor.md", b"# Floor\n\nRenewals: the discount floor is 14 %.", audience="role:manager")
    told = {
        who: await stage.do("knowledge_try", question="renewals discount", audience=who)
        for who in ("all", "role:manager", "user:lin", "user:maya", "user:root")
    }

    found = {who: ({one["source"] for one in told[who]["found"]}, {one["source"] for one in told[who]["hidden"]}) for who in told}
    both = {"open.md", "floor.md"}
    assert {
        "all": ({"open.md"}, {"floor.md"}), "role:manager": (both, set()), "user:lin": ({"open.md"}, {"floor.md"}),
        "user:maya": (both, set()), "user:root": (both, set()),
    } == found  # fmt: skip
    assert all(0 < one["score"] <= 1 for one in told["all"]["found"])
    with pytest.raises(TellUser):
        await stage.do("knowledge_try", question="x", audience="role:pirate")


async def test_new_version_that_cannot_be_read_leaves_the_old_one(stage: Stage) -> None:
    """In the folder and in the library; the list says what was refused and why, until it is put away."""
    await stage.drop("a.md", b"# Policy\n\nTen percent.")
    outcomes = await stage.drop("a.md", b"\0\1\2\3" * 40)
    told = await stage.do("knowledge", shown="unread")
    [line] = (await stage.do("knowledge"))["lines"]
    await stage.do("knowledge_dismiss", path=told["unread"][0]["path"])

    assert (["refused"], {"a.md": "# Policy\n\nTen percent."}, "Policy", 1) == (
        outcomes, await stage.kept(), line["title"], told["counts"]["unread"],
    )  # fmt: skip
    assert (True, 0) == (told["unread"][0]["why"].startswith("a.md: "), (await stage.do("knowledge"))["counts"]["unread"])


async def test_file_that_means_harm_is_refused_and_the_next_is_read(stage: Stage) -> None:
    """One that swells, one that laughs, one that calls itself another; each is listed with its reason, and brings nothing in."""
    made = [swelling(stage.folder / "bomb.xlsx"), laughing(stage.folder / "laughs.docx"), pointing(stage.folder / "points.docx")]
    outcomes = [await stage.drop(path.name, path.read_bytes()) for path in made]
    program = await stage.drop("page.html.md", b"MZ" + bytes(range(256)) * 8)
    good = await stage.drop("good.md", b"# Good\n\nWords.")
    found = await stage.do("knowledge_try", question="root passwd ha", audience="user:root")

    assert (["refused"], ["refused"], ["added"]) == (outcomes[0], program, good)
    assert [] == [one["text"] for one in found["found"] if SECRET in one["text"] or "haha" in one["text"]]
    assert {"bomb.xlsx", "page.html.md"} <= {one["source"] for one in (await stage.do("knowledge", shown="unread"))["unread"]}


async def test_replacement_under_another_name_takes_the_place_for_the_same_people(stage: Stage) -> None:
    """Whatever the new file says of itself; the old file goes. One that is refused replaces nothing."""
    await stage.drop("2025.md", b"# Prices 2025\n\nTen percent.", audience="role:manager")
    old = await stage.id_of("2025.md")
    await stage.drop("2026.md", b"\0\1\2\3" * 40, replaces=old)
    before = sorted(await stage.kept())
    await stage.drop("2026.md", b"---\naudience: all\n---\n# Prices 2026\n\nTwelve percent.", replaces=old)
    [line] = (await stage.do("knowledge"))["lines"]

    now = (sorted(await stage.kept()), line["title"], line["audience"]["value"])
    assert (["2025.md"], (["2026.md"], "Prices 2026", BOSSES)) == (before, now)


async def test_file_that_was_given_up_leaves_nothing(stage: Stage) -> None:
    """Neither begun nor half sent; and makes room for the next."""
    upload = ""
    for number in range(12):
        upload = (await stage.uploads.begin(stage.root, f"{number}.md", 4))["upload"]
        await stage.uploads.part(stage.root, upload, 0, base64.b64encode(b"ab").decode())
        await stage.uploads.drop(stage.root, upload)

    assert {} == await stage.kept()
    with pytest.raises(TellUser):
        await stage.uploads.drop(stage.root, upload)


async def test_file_that_is_given_up_while_it_is_read_leaves_nothing(stage: Stage) -> None:
    """No file without a document, no document without a file; what had its name before is there as it was."""
    await stage.drop("a.md", b"# Old\n\nOld words.")
    for name in ("a.md", "b.md"):
        upload = (await stage.uploads.begin(stage.root, name, 10))["upload"]
        await stage.uploads.part(stage.root, upload, 0, base64.b64encode(b"# New\n\nNew").decode())
        steps = stage.uploads.end(stage.root, upload, lang=Lang.EN)
        await anext(steps)
        await steps.aclose()  # type: ignore[attr-defined]

    titles = [one["title"] for one in (await stage.do("knowledge"))["lines"]]
    assert ({"a.md": "# Old\n\nOld words."}, ["Old"]) == (await stage.kept(), titles)


async def test_removed_document_is_gone_with_its_file_unless_the_file_is_not_ours(stage: Stage) -> None:
    """What lies in somebody's folder stays there."""
    theirs = stage.folder / "theirs" / "b.md"
    theirs.parent.mkdir()
    theirs.write_text("# B\n\nTheirs.", encoding="utf-8")
    await stage.shelved.ingest(theirs.parent)
    await stage.drop("a.md", b"# A\n\nOurs.")
    ours = [(await stage.do("knowledge_remove", document=await stage.id_of(name)))["ours"] for name in ("a.md", "b.md")]

    assert ([True, False], {}, True, []) == (ours, await stage.kept(), theirs.exists(), (await stage.do("knowledge"))["lines"])
    with pytest.raises(NotAllowed):
        await stage.do("knowledge_remove", document="gone")


async def test_written_page_is_found_at_once_and_says_what_was_written(stage: Stage) -> None:
    """Its title and audience are the form's, whatever its text begins with; a second of the same title lies beside it."""
    text = "---\naudience: all\nsupersedes: Policy\n---\nWe ship to Chile in 30 days."
    form = {"title": 'Do we "ship" to Chile? # yes', "text": text, "audience": "role:manager", "valid_until": "2027-01-31"}
    for _ in range(2):
        await stage.do("knowledge_write", **form)
    lines = (await stage.do("knowledge"))["lines"]
    [found, *_] = await stage.shelved.library.for_speaker(MANAGER).search("ship to Chile")

    assert [('Do we "ship" to Chile? # yes', BOSSES, "2027-01-31")] * 2 == [
        (one["title"], one["audience"]["value"], one["valid_until"]) for one in lines
    ]
    assert (2, True) == (len(await stage.kept()), "We ship to Chile in 30 days." in found.text)


async def test_hostile_titles_stay_in_their_folder_and_in_their_line(stage: Stage) -> None:
    """They are names of files below our folder, and nothing but a title."""
    titles = [HOSTILE, "../../../tmp/x", "/etc/passwd", ".hidden", "a\nsupersedes: b", "CON", "标" * 500]
    for title in titles:
        await stage.do("knowledge_write", title=title, text="Words.\0", audience="all")
    names, lines = list(await stage.kept()), (await stage.do("knowledge"))["lines"]

    assert [] == [name for name in names if re.search(r'[/\\<>"\0\n]', name) or name.startswith(".")]
    assert [" ".join(title.replace("\0", "").split())[:200] for title in titles] == [line["title"] for line in reversed(lines)]
    assert {""} == {line["superseded_by"] for line in lines}


async def test_page_that_lacks_something_is_not_kept(stage: Stage) -> None:
    """It is said what; nothing lies in the folder."""
    lacking: list[tuple[dict[str, str], str]] = [
        ({"title": " "}, "page_no_title"), ({"text": "\n"}, "page_no_text"), ({"text": "x" * (LONGEST_TEXT + 1)}, "page_too_long"),
        ({"valid_until": "31.12.2026"}, "page_no_day"), ({"audience": "role:pirate"}, "no_such_audience"),
    ]  # fmt: skip
    keys = []
    for form, _ in lacking:
        with pytest.raises(TellUser) as refused:
            await stage.do("knowledge_write", **{"title": "t", "text": "words", "audience": "all", **form})
        keys.append(refused.value.key)

    assert ([key for _, key in lacking], {}) == (keys, await stage.kept())


async def test_contradiction_is_settled_at_the_page_and_taken_back(stage: Stage) -> None:
    """Told side by side, by whom it was decided; the answer follows."""
    await stage.drop("a.md", "# 甲\n\n续约总折扣最高12%。".encode())
    await stage.drop("b.md", "# 乙\n\n续约折扣不超过10%。".encode())
    await Proving(stage.claims).all()
    [pair] = (await stage.do("contradictions"))["pairs"]
    holds = next(side for side in ("left", "right") if pair[side]["title"] == "乙")
    await stage.do("contradiction_settle", pair=pair["id"], holds=holds)
    told = await stage.do("contradictions")
    found = [one["text"] for one in (await stage.do("knowledge_try", question="续约折扣", audience="all"))["found"]]
    await stage.do("contradiction_back", settled=told["settled"][0]["id"])

    assert ([], ("Root", holds)) == (told["pairs"], (told["settled"][0]["by"], told["settled"][0]["holds"]))
    assert (False, True) == (any("12%" in text for text in found), any("10%" in text for text in found))
    assert 1 == len((await stage.do("contradictions"))["pairs"])
    for args in ({"pair": "1-999", "holds": "left"}, {"pair": "'; DROP", "holds": "left"}, {"pair": pair["id"], "holds": "up"}):
        with pytest.raises(TellUser):
            await stage.do("contradiction_settle", **args)


async def test_whatever_an_admin_does_is_in_the_audit(stage: Stage) -> None:
    """By whom; ids alone, no word of a document or a question."""
    await stage.drop("a.md", b"# A\n\nArgentum.")
    document = await stage.id_of("a.md")
    await stage.do("knowledge_audience", document=document, audience="team:east")
    await stage.do("knowledge_write", title="Argentum", text="Argentum.", audience="all")
    await stage.do("knowledge_remove", document=document)
    rows = await stage.shelved.database.read(lambda database: every(database, "SELECT kind, entry FROM audit ORDER BY seq"))
    mine = [row for row in rows if row["kind"].startswith("knowledge.")]

    assert ["knowledge.added", "knowledge.audience", "knowledge.written", "knowledge.removed"] == [row["kind"] for row in mine]
    assert ({"root"}, []) == ({json.loads(row["entry"])["actor"] for row in mine}, [row for row in mine if "rgentum" in row["entry"]])


async def test_document_tells_its_passages_by_pages(stage: Stage) -> None:
    """As search has them."""
    text = "\n\n".join(f"## Part {number}\n\nWords of part {number}." for number in range(50))
    await stage.drop("long.md", f"# Long\n\n{text}".encode())
    document = await stage.id_of("long.md")
    first = await stage.do("knowledge_document", document=document)
    rest = await stage.do("knowledge_document", document=document, first=first["more"])

    assert (50, 40, 10, None, 0) == (
        first["document"]["passages"], len(first["passages"]), len(rest["passages"]), rest["more"], rest["before"],
    )  # fmt: skip
    assert (EVERYONE, "Words of part 0.") == (first["document"]["audience"]["value"], first["passages"][0]["text"].splitlines()[-1])
    assert await stage.catalog.document(DocumentId(document), SetClock().now().date()) is not None
