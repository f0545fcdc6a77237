"""What a person does at the page, told as dialogues over the verbs of the house; and that nobody gets at anybody else's."""

import asyncio
import base64
import inspect
from pathlib import Path

import pytest

from bot.domain.decision import Use
from bot.domain.documents import safe_name
from bot.domain.ids import DecisionId
from bot.domain.people import User
from bot.domain.records import Cause
from bot.errors import NotAllowed, Stale, TellUser, Unclear
from bot.talks import marked
from bot.uploads import MOST_EACH
from tests.scenarios.parlour import ANN, BO, MAX_BYTES, ROOT, Parlour, parlour


def encoded(content: bytes) -> str:
    """As parts travel."""
    return base64.b64encode(content).decode()


async def dropped(page: Parlour, session: str, name: str, content: bytes, audience: str = "") -> list[dict[str, object]]:
    """Hand over a file in parts of four bytes, and hear what becomes of it."""
    upload = (await page.do("upload", session, name=name, size=len(content), audience=audience))["upload"]
    for offset in range(0, len(content), 4):
        await page.do("upload_part", session, upload=upload, offset=offset, data=encoded(content[offset:offset + 4]))
    return await page.hear("take_in", session, upload=upload)


async def test_turn_is_told_step_by_step_and_again_from_any_place(tmp_path: Path) -> None:
    """Kept, two steps, the words in pieces, grounds, done; who comes back at any place hears the rest and nothing twice."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        kept = await page.do("ask", ann, text="slow and long enough for two pieces of text", key="k")
        following = asyncio.create_task(page.hear("follow", ann, turn=kept["turn"]))
        await page.skill.begun.wait()
        page.skill.go.set()
        told = await following
        again = {one["place"]: await page.hear("follow", ann, turn=kept["turn"], after=one["place"]) for one in told}

    settled = [one for one in told if one["state"] not in {"kept", "working"}]
    places = [one["place"] for one in told]
    assert ("kept", "evidence", "done") == (told[0]["state"], told[-2]["state"], told[-1]["state"])
    assert "You said: slow and long enough for two pieces of text" == "".join(one["text"] for one in told if one["state"] == "text")
    assert (sorted(set(places)), True) == (places, len(settled) > 3)
    assert {place: [one["place"] for one in settled if one["place"] > place] for place in places} == {
        place: [one["place"] for one in rest] for place, rest in again.items()
    }


async def test_message_sent_twice_with_its_key_is_one_message(tmp_path: Path) -> None:
    """A browser that sends again after a lost answer gets the first turn, in the first thread; another person's key is their own."""
    async with parlour(tmp_path) as page:
        ann, bo = await page.enter(ANN), await page.enter(BO)
        first = await page.do("ask", ann, text="once", key="k")
        second = await page.do("ask", ann, text="once", key="k")
        others = await page.do("ask", bo, text="mine", key="k")

    assert (first, False) == (second, others["turn"] == first["turn"])


async def test_stopped_turn_is_answered_and_nothing_is_lost(tmp_path: Path) -> None:
    """One under way and one that waits behind it are stopped; both questions stay, and the thread goes on."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        running = await page.do("ask", ann, text="slow one", key="1")
        await page.skill.begun.wait()
        waiting = await page.do("ask", ann, text="behind it", key="2", thread=running["thread"])
        await page.do("stop", ann, turn=waiting["turn"])
        await page.do("stop", ann, turn=running["turn"])
        ends = [(await page.hear("follow", ann, turn=kept["turn"]))[-1]["answer"]["text"] for kept in (running, waiting)]
        after = await page.say(ann, "go on", running["thread"])
        await page.do("stop", ann, turn=running["turn"])
        thread = await page.do("thread", ann, thread=running["thread"])

    assert ["Stopped."] * 2 == [text[:8] for text in ends]
    assert ({"slow one", "behind it", "go on"}, "You said: go on") == ({turn["said"] for turn in thread["turns"]}, after["text"])


async def test_reload_in_the_middle_shows_what_is_still_unanswered(tmp_path: Path) -> None:
    """A thread is told with what waits in it, so that the page can follow it again."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        kept = await page.do("ask", ann, text="slow one", key="1")
        await page.skill.begun.wait()
        thread = await page.do("thread", ann, thread=kept["thread"])
        page.skill.go.set()
        await page.hear("follow", ann, turn=kept["turn"])
        later = await page.do("thread", ann, thread=kept["thread"])

    assert ([{"turn": kept["turn"], "said": "slow one"}], []) == (thread["waiting"], thread["turns"])
    assert ([], ["slow one"]) == (later["waiting"], [turn["said"] for turn in later["turns"]])


async def test_threads_come_newest_first_and_page_by_page(tmp_path: Path) -> None:
    """Each person has their own, named by what was said first, paged without gaps."""
    async with parlour(tmp_path) as page:
        ann, bo = await page.enter(ANN), await page.enter(BO)
        answers = [await page.say(ann, f"question {number}") for number in range(33)]
        await page.say(ann, "once more", answers[0]["thread"])
        await page.say(bo, "not hers")
        first = await page.do("threads", ann)
        second = await page.do("threads", ann, after=first["threads_after"])

    titles = [one["title"] for one in (*first["threads"], *second["threads"])]
    assert ["question 0", *(f"question {number}" for number in range(32, 0, -1))] == titles
    assert (30, None) == (len(first["threads"]), second["threads_after"])


async def test_source_opens_with_its_neighbours_and_the_quote_marked(tmp_path: Path) -> None:
    """The quote is marked though its line end was shown as a blank; a source that has gone leaves the quote."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        answer = await page.say(ann, "discount?")
        source = await page.do("source", ann, decision=answer["decision_id"], place=answer["evidence"][0]["place"])
        page.library.gone = True
        gone = await page.do("source", ann, decision=answer["decision_id"], place=0)

    [here] = [one for one in source["passages"] if one["here"]]
    assert ["§1", "§2", "§3"] == [one["locator"] for one in source["passages"]]
    assert [{"text": "Renewals: at most 10 %.\nMore", "marked": True}, {"text": " needs a manager.", "marked": False}] == here["parts"]
    assert ([], "Renewals: at most 10 %. More") == (gone["passages"], gone["quote"])


async def test_ground_outside_the_audience_does_not_exist(tmp_path: Path) -> None:
    """Even an answer that leaked one shows it to nobody who may not see it: not in the stream, the thread, the story, or opened."""
    async with parlour(tmp_path) as page:
        page.skill.leaks = True
        ann = await page.enter(ANN)
        answer = await page.say(ann, "floor?")
        thread = await page.do("thread", ann, thread=answer["thread"])
        story = await page.do("why", ann, decision=answer["decision_id"])
        with pytest.raises(Unclear) as refused:
            await page.do("source", ann, decision=answer["decision_id"], place=0)
        shown = await page.do("source", ann, decision=answer["decision_id"], place=1)

    assert "argentum" not in f"{answer}{thread}{story}{shown}"
    assert ("no_such_source", [1]) == (refused.value.key, [one["place"] for one in answer["evidence"]])


async def test_chart_comes_ready_to_be_drawn_and_as_a_picture(tmp_path: Path) -> None:
    """Figures with their words, in the language of the answer; an answer without one has no picture."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        drawn, plain = await page.say(ann, "chart it"), await page.say(ann, "discount?")
        picture = base64.b64decode((await page.do("chart", ann, decision=drawn["decision_id"]))["png"])
        with pytest.raises(Unclear) as refused:
            await page.do("chart", ann, decision=plain["decision_id"])

    [panel] = drawn["panels"]
    assert ("share", "won", ("75% (¥30K)", "25% (¥10K)")) == (drawn["chart"]["kind"], drawn["chart"]["title"], panel["lines"][0]["texts"])
    assert (b"\x89PNG", "no_such_chart") == (picture[:4], refused.value.key)
    assert (None, []) == (plain["chart"], plain["panels"])


async def test_verdict_is_kept_with_its_reason_and_can_be_changed(tmp_path: Path) -> None:
    """The newest counts; the decision tells both verdicts' uses; copying is using."""
    async with parlour(tmp_path) as page:
        ann = await page.enter(ANN)
        answer = await page.say(ann, "discount?")
        await page.do("judge", ann, decision=answer["decision_id"], verdict="down", reason=" outdated ")
        down = await page.do("answer", ann, decision=answer["decision_id"])
        await page.do("judge", ann, decision=answer["decision_id"], verdict="up")
        await page.do("copied", ann, decision=answer["decision_id"])
        story = await page.ledger.decision(DecisionId(answer["decision_id"]))

    assert {"verdict": "down", "reason": "outdated"} == down["feedback"]
    assert story is not None
    assert [("up", "")] == [(one.verdict, one.reason) for one in story.feedback]
    assert {Use.SHOWN, Use.IGNORED, Use.USED} == {use for use, _, _ in story.uses}


async def test_draft_is_saved_by_a_button_of_the_page(tmp_path: Path) -> None:
    """The press is a turn of its own in the same thread; it cannot be stopped, nor pressed by somebody else."""
    async with parlour(tmp_path) as page:
        ann, bo = await page.enter(ANN), await page.enter(BO)
        card = await page.say(ann, "note: call Dana")
        draft = {"draft": card["drafts"][0]["id"], "revision": 1, "action": "save"}
        theirs = await page.do("press", bo, **draft, key="b")
        refused = (await page.hear("follow", bo, turn=theirs["turn"]))[-1]["answer"]
        kept = await page.do("press", ann, **draft, key="a", thread=card["thread"])
        saved = (await page.hear("follow", ann, turn=kept["turn"]))[-1]["answer"]
        with pytest.raises(Stale):
            await page.do("stop", ann, turn=kept["turn"])
        thread = await page.do("thread", ann, thread=card["thread"])

    assert (True, True) == ("somebody else's draft" in refused["text"], saved["text"].startswith("Saved."))
    assert ([], [False, True]) == (refused["drafts"], [turn["pressed"] for turn in thread["turns"]])


@pytest.mark.parametrize("stranger", [BO, ROOT], ids=["another role", "an admin"])
async def test_nobody_gets_at_what_is_somebody_elses(tmp_path: Path, stranger: User) -> None:
    """Every verb with an id of Ann's answers others as if there were no such thing; lists show their own, that is nothing."""
    async with parlour(tmp_path) as page:
        ann, other = await page.enter(ANN), await page.enter(stranger)
        answer = await page.say(ann, "mine alone")
        running = await page.do("ask", ann, text="slow", key="s")
        ids = {"thread": answer["thread"], "turn": running["turn"], "decision": answer["decision_id"], "place": 0, "verdict": "up"}
        ids |= {"text": "hello", "key": "k", "draft": "d", "revision": 1, "action": "save", "message": "m", "button": 0}
        ids |= {"files": ["u"], "password": "p"}
        refusals = {}
        for verb, method in with_ids(page).items():
            wanted = {name: ids[name] for name in method if name in ids}
            with pytest.raises((Unclear, NotAllowed)) as refused:
                await (page.hear if verb in page.pages.streams else page.do)(verb, other, **wanted)
            refusals[verb] = refused.value.key
        lists = [await page.do("threads", other), await page.do("thread", other)]
        page.skill.go.set()

    known = {"no_such_thread", "no_such_turn", "no_such_decision"}
    assert ({}, [[], []]) == ({verb: key for verb, key in refusals.items() if key not in known}, [one["threads"] for one in lists])


async def test_anybody_sends_files_in_a_talk(tmp_path: Path) -> None:
    """Several with a word are one message, a turn each; the word is shown once, with the last. Nothing of it reaches the library of all."""
    async with parlour(tmp_path) as page:
        ann, bo = await page.enter(ANN), await page.enter(BO)
        uploads = []
        for name in ("a.md", "b.md"):
            upload = (await page.do("upload", ann, name=name, size=4, said=True))["upload"]
            await page.do("upload_part", ann, upload=upload, offset=0, data=encoded(b"four"))
            uploads.append(upload)
        with pytest.raises(TellUser) as stolen:
            await page.do("send", bo, files=uploads, text="", key="k")
        kept = await page.do("send", ann, files=uploads, text="look", key="k")
        for one in kept:
            await page.hear("follow", ann, turn=one["turn"])
        told = await page.do("thread", ann, thread=kept[0]["thread"])
        with pytest.raises(TellUser) as again:
            await page.do("send", ann, files=uploads, text="", key="k2")

    assert ("no_such_upload", "no_such_upload") == (stolen.value.key, again.value.key)
    assert [("a.md", ""), ("b.md", "look")] == [(one["file"], one["said"]) for one in kept]
    assert [("a.md", ""), ("b.md", "look")] == [(one["file"], one["said"]) for one in told["turns"]]
    assert [] == [path for path in (tmp_path / "uploads").iterdir() if path.is_file()]


async def test_a_file_that_is_not_whole_is_not_sent(tmp_path: Path) -> None:
    """Nor one for the library, nor more than a few at a time."""
    async with parlour(tmp_path) as page:
        ann, root = await page.enter(ANN), await page.enter(ROOT)
        half = (await page.do("upload", ann, name="a.md", size=4, said=True))["upload"]
        shelf = (await page.do("upload", root, name="a.md", size=4))["upload"]
        keys = []
        for one in (page.do("send", ann, files=[half], text="", key="k"), page.do("send", root, files=[shelf], text="", key="k"),
                    page.do("send", ann, files=[], text="x", key="k"), page.hear("take_in", ann, upload=half)):
            with pytest.raises(TellUser) as refused:
                await one
            keys.append(refused.value.key)
        many = [await page.do("upload", ann, name="a.md", size=4, said=True) for _ in range(MOST_EACH - 1)]
        with pytest.raises(TellUser) as full:
            await page.do("upload", ann, name="a.md", size=4, said=True)

    assert (["no_such_upload"] * 4, MOST_EACH - 1, "too_many_uploads") == (keys, len(many), full.value.key)


async def test_signed_out_person_gets_nothing(tmp_path: Path) -> None:
    """Every verb but signing in and out refuses a made-up, an empty and an ended visit."""
    async with parlour(tmp_path) as page:
        ended = await page.enter(ANN)
        await page.do("sign_out", ended)
        anything = {"text": "x", "key": "k", "thread": "t", "turn": "t", "decision": "d", "place": 0, "verdict": "up", "draft": "d"}
        anything |= {"message": "m", "button": 0, "password": "p", "visit": "v"}
        anything |= {"revision": 1, "action": "save", "name": "n", "size": 1, "upload": "u", "offset": 0, "data": "", "files": ["u"]}
        keys = set()
        for session in ("", "made up", ended):
            for verb, names in parameters(page).items():
                if verb in {"sign_in", "sign_out", "ways", "badge_way", "badge_sign_in"}:
                    continue
                wanted = {name: anything[name] for name in names if name in anything}
                with pytest.raises(NotAllowed) as refused:
                    await (page.hear if verb in page.pages.streams else page.do)(verb, session, **wanted)
                keys.add(refused.value.key)

    assert {"signed_out"} == keys


def parameters(page: Parlour) -> dict[str, list[str]]:
    """Verb -> the names of what it takes, those without a default."""
    found = {}
    for verb, method in {**page.pages.answers, **page.pages.streams}.items():
        inner = inspect.getclosurevars(method).nonlocals
        signature = inspect.signature(inner.get("answer") or inner.get("stream") or method)
        needed = [one.name for one in signature.parameters.values() if one.default is inspect.Parameter.empty or one.name == "thread"]
        found[verb] = [name for name in needed if name not in {"session", "lang"}]
    return found


def with_ids(page: Parlour) -> dict[str, list[str]]:
    """The verbs that name something of somebody's. A press is answered by its draft, which says whose it is."""
    ids = {"thread", "turn", "decision"}
    return {verb: names for verb, names in parameters(page).items() if ids & set(names)}


async def test_first_messages_are_about_ones_own_accounts(tmp_path: Path) -> None:
    """The next renewal, who pays latest, one more: each of another account; a manager's are the team's; others get documents."""
    async with parlour(tmp_path) as page:
        rows: list[dict[str, object]] = [
            {"name": "Acme", "owner": "ann", "team": "east", "renewal_date": "2999-01-01"},
            {"name": "Late Ltd", "owner": "ann", "team": "east", "pays_late_days": 18},
            {"name": "Plain", "owner": "ann", "team": "east", "renewal_date": None},
            {"name": "Elsewhere", "owner": "cy", "team": "west", "renewal_date": "2998-01-01"},
        ]
        for row in rows:
            await page.records.put("account", row, cause=Cause("system"))
        offers = {str(user.id): await page.do("openings", await page.enter(user)) for user in (ANN, BO, ROOT)}

    told = {user: [(one["kind"], one["name"]) for one in some] for user, some in offers.items()}
    assert [("renewal", "Acme"), ("late", "Late Ltd"), ("asks", "Plain")] == told["ann"] == told["bo"]
    assert {("document", "Price policy"), ("document", "Floor")} == set(told["root"])


async def test_dropped_file_is_kept_under_a_safe_name_and_taken_in(tmp_path: Path) -> None:
    """It arrives whole, for whom it was meant; progress names the file alone; what lay there under that name is replaced."""
    async with parlour(tmp_path) as page:
        root = await page.enter(ROOT)
        steps = await dropped(page, root, "../../etc/pass wd\0.md", b"hello there", "role:manager")
        await dropped(page, root, "pass wd_.md", b"hello again")

    assert [("pass wd_.md", b"hello there", "role:manager"), ("pass wd_.md", b"hello again", None)] == page.library.taken
    assert [("", "pass wd_.md"), ("added", "pass wd_.md")] == [(one["outcome"], one["about"]) for one in steps]
    assert ["pass wd_.md"] == [path.name for path in (tmp_path / "uploads").iterdir() if path.is_file()]


async def test_refused_file_leaves_what_was_there(tmp_path: Path) -> None:
    """The sentence is told, the file goes, and the earlier one of its name is back."""
    async with parlour(tmp_path) as page:
        root = await page.enter(ROOT)
        await dropped(page, root, "a.md", b"good one")
        steps = await dropped(page, root, "a.md", b"bad one")
        await dropped(page, root, "b.md", b"bad too")

    left = {path.name: path.read_bytes() for path in (tmp_path / "uploads").rglob("*") if path.is_file()}
    assert ({"a.md": b"good one"}, "It is bad.") == (left, steps[-1]["reason"])


async def test_only_admins_hand_over_files_and_only_whole_ones(tmp_path: Path) -> None:
    """Each refusal is one sentence, before a byte is kept; parts come in order and within the size that was told."""
    async with parlour(tmp_path) as page:
        ann, root = await page.enter(ANN), await page.enter(ROOT)
        upload = (await page.do("upload", root, name="a.md", size=4))["upload"]
        tries = [
            page.do("upload", ann, name="a.md", size=4), page.do("upload", root, name="a.md", size=0),
            page.do("upload", root, name="a.md", size=MAX_BYTES + 1), page.do("upload", root, name="a.md", size=1, audience="nobody"),
            page.do("upload_part", ann, upload=upload, offset=0, data=encoded(b"four")),
            page.do("upload_part", root, upload=upload, offset=2, data=encoded(b"ur")),
            page.do("upload_part", root, upload=upload, offset=0, data=encoded(b"fifth")),
            page.do("upload_part", root, upload=upload, offset=0, data="?"), page.hear("take_in", root, upload=upload),
            page.hear("take_in", root, upload="made up"),
        ]
        keys = []
        for one in tries:
            with pytest.raises(TellUser) as refused:
                await one
            keys.append(refused.value.key)
        mine = [await page.do("audiences", session) for session in (ann, root)]

    assert [
        "only_admins_ingest", "upload_empty", "upload_too_large", "no_such_audience", "no_such_upload", "no_such_upload",
        "no_such_upload", "bad_request", "no_such_upload", "no_such_upload",
    ] == keys
    assert [[], ["all", "role:admin", "role:manager", "role:rep", "team:east", "user:root"]] == mine
    assert [] == page.library.taken


@pytest.mark.parametrize("name, kept", [
    ("价格 政策(2026).pdf", "价格 政策(2026).pdf"), ("C:\\x\\y.docx", "y.docx"), ("..", "file"), (".bashrc", "bashrc"),
    ("a\u202efdp.exe", "a_fdp.exe"), ("-rf *", "rf _"), ("x" * 300 + ".txt", "x" * 96 + ".txt"), ("", "file"),
])
def test_safe_name_means_nothing_to_a_file_system(name: str, kept: str) -> None:
    """What a person reads stays; what would lead elsewhere goes."""
    assert kept == safe_name(name)


def test_quote_that_is_not_there_marks_nothing() -> None:
    """The text is shown whole all the same."""
    assert [[{"text": "abc", "marked": False}], [{"text": "abc", "marked": False}]] == [list(marked("abc", quote)) for quote in ("x", " ")]
