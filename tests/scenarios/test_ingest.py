"""Taking files in, told from outside: the real process reads them, the real store keeps them."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import Audience
from bot.domain.people import Speaker
from bot.domain.talk import Lang
from bot.ports import Progress
from tests import papers
from tests.fakes.letters import LettersEmbedder
from tests.libraries import MANAGER, OWNER, REP, Shelved

pytestmark = pytest.mark.asyncio(loop_scope="module")

Outcomes = dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shelved(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shelved]:
    """One house for all; each test has a folder of its own. The process that reads stays, for starting it takes seconds."""
    shelved = Shelved(tmp_path_factory.mktemp("home"), linger_s=60)
    yield shelved
    await shelved.close()


def outcomes(steps: list[Progress]) -> Outcomes:
    """File -> what became of it."""
    return {step.about: step.outcome for step in steps if step.stage == "words"}


def reasons(steps: list[Progress]) -> Outcomes:
    """File -> why it was refused, or what it waits for."""
    return {step.about: step.reason for step in steps if step.outcome in {"refused", "waiting"}}


async def texts(shelved: Shelved, question: str, speaker: Speaker = OWNER) -> list[str]:
    """Texts found for somebody that hold the question to the letter."""
    found = await shelved.library.for_speaker(speaker).search(question, 50)
    return [passage.text for passage in found if question in passage.text]


def write(path: Path, text: str) -> Path:
    """Put `text` there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


async def test_a_folder_of_every_format_is_taken_in(shelved: Shelved, tmp_path: Path) -> None:
    """Each passage says where it stands, and is found by its words."""
    write(tmp_path / "policy.md", "# Policy\n\n## 折扣\n\n续约折扣最高一成 alfa。\n")
    write(tmp_path / "sub" / "notes.txt", "Deliveries take a week alfa.")
    write(tmp_path / "page.html", "<html><body><h1>Care</h1><p>Wipe it dry alfa.</p></body></html>")
    papers.docx(tmp_path / "warranty.docx")
    papers.pdf(tmp_path / "sheet.pdf", "1 Scope\nAll sensors alfa.")

    steps = await shelved.ingest(tmp_path)
    found = await shelved.library.for_speaker(OWNER).search("alfa", 10)

    assert {"policy.md", "sub/notes.txt", "page.html", "warranty.docx", "sheet.pdf"} == set(outcomes(steps))
    assert {"added"} == set(outcomes(steps).values())
    assert {
        ("policy.md", "§ Policy > 折扣, line 5"), ("sub/notes.txt", "line 1"), ("page.html", "§ Care"), ("sheet.pdf", "p. 1 §1 Scope"),
    } == {(passage.source, passage.locator) for passage in found if "alfa" in passage.text}
    assert Progress("done", 1, 1) == steps[-1]


async def test_a_second_time_only_what_changed_is_read(shelved: Shelved, tmp_path: Path) -> None:
    """Unchanged files are skipped, changed ones replaced, removed ones removed."""
    for name in ("same", "changed", "removed"):
        write(tmp_path / f"{name}.md", f"The {name} bravo.")
    await shelved.ingest(tmp_path)
    write(tmp_path / "changed.md", "The other bravo.")
    (tmp_path / "removed.md").unlink()

    steps = await shelved.ingest(tmp_path)

    assert {"same.md": "unchanged", "changed.md": "changed", "removed.md": "removed"} == outcomes(steps)
    assert ["The other bravo.", "The same bravo."] == sorted(await texts(shelved, "bravo"))


async def test_one_file_is_taken_in_without_touching_its_neighbours(shelved: Shelved, tmp_path: Path) -> None:
    """Only a folder says what is gone; a file known from its folder is the same document."""
    write(tmp_path / "a.md", "First charlie.")
    write(tmp_path / "b.md", "Second charlie.")
    await shelved.ingest(tmp_path)

    steps = await shelved.ingest(tmp_path / "a.md")

    assert {"a.md": "unchanged"} == outcomes(steps)
    assert ["First charlie.", "Second charlie."] == sorted(await texts(shelved, "charlie"))


async def test_front_matter_says_who_may_see(shelved: Shelved, tmp_path: Path) -> None:
    """Before the argument does; nobody else sees passage, title or count."""
    write(tmp_path / "plan.md", "---\ntitle: Bonus\naudience: manager\n---\nDelta for bosses.")
    write(tmp_path / "open.md", "Delta for the team.")

    await shelved.ingest(tmp_path, audience=Audience("team:east"))

    assert ["Delta for bosses.", "Delta for the team."] == sorted(await texts(shelved, "Delta", MANAGER))
    assert ["Delta for the team."] == await texts(shelved, "Delta", REP)
    assert "Bonus" not in [document.title for document in await shelved.library.documents(REP)]


async def test_another_audience_is_a_change(shelved: Shelved, tmp_path: Path) -> None:
    """Though the file is the same."""
    write(tmp_path / "a.md", "Echo plan.")
    await shelved.ingest(tmp_path)

    steps = await shelved.ingest(tmp_path, audience=Audience("role:manager"))

    assert {"a.md": "changed"} == outcomes(steps)
    assert [] == await texts(shelved, "Echo", REP)


async def test_an_unknown_audience_is_never_published_wider(shelved: Shelved, tmp_path: Path) -> None:
    """The file is refused, and what was kept of it before goes."""
    write(tmp_path / "a.md", "---\naudience: manager\n---\nFoxtrot plan.")
    await shelved.ingest(tmp_path)
    write(tmp_path / "a.md", "---\naudience: mangers only\n---\nFoxtrot plan.")

    steps = await shelved.ingest(tmp_path)

    assert "mangers only" in reasons(steps)["a.md"]
    assert [] == await texts(shelved, "Foxtrot", OWNER)


async def test_what_is_stale_says_so(shelved: Shelved, tmp_path: Path) -> None:
    """By its own date, or by the document that replaced it."""
    write(tmp_path / "2025.md", "---\nvalid_until: 2025-12-31\n---\nGolf rule one.")
    write(tmp_path / "2026.md", "---\ntitle: Rules 2026\nsupersedes: 2025.md\n---\nGolf rule two.")

    await shelved.ingest(tmp_path)
    found = {passage.text: passage for passage in await shelved.library.for_speaker(OWNER).search("Golf", 50)}

    assert "Rules 2026" == found["Golf rule one."].superseded_by
    assert found["Golf rule one."].valid_until is not None
    assert found["Golf rule two."].superseded_by is None


async def test_a_file_that_cannot_be_read_costs_only_itself(shelved: Shelved, tmp_path: Path) -> None:
    """One line a file: which, why, what to do; the others are in."""
    write(tmp_path / "good.md", "Hotel words.")
    write(tmp_path / "empty.md", "")
    write(tmp_path / "big.txt", "x" * 1_100_000)
    write(tmp_path / "dates.md", "---\nvalid_until: soon\n---\nText.")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    (tmp_path / "photo.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "away.md").symlink_to("/etc/hostname")

    nowhere = tmp_path / "nowhere.md"

    steps = await shelved.ingest(tmp_path, nowhere)

    assert {
        "empty.md", "big.txt", "dates.md", "broken.pdf", "photo.txt", "pipe.txt", "away.md", str(nowhere),
    } == set(reasons(steps))
    assert all(reason.startswith(f"{name}: ") and "\n" not in reason for name, reason in reasons(steps).items())
    assert ["Hotel words."] == await texts(shelved, "Hotel")


async def test_an_ingest_that_was_stopped_goes_on_from_there(shelved: Shelved, tmp_path: Path) -> None:
    """What was reported stays; nothing is read twice."""
    for number in range(4):
        write(tmp_path / f"{number}.md", f"India {number}.")
    async with aclosing(shelved.library.ingest([tmp_path], None, Lang.EN)) as stopped:
        async for step in stopped:
            if step.about == "1.md":
                break

    steps = await shelved.ingest(tmp_path)

    assert {"0.md": "unchanged", "1.md": "unchanged", "2.md": "added", "3.md": "added"} == outcomes(steps)


async def test_two_ingests_at_once_take_turns(shelved: Shelved, tmp_path: Path) -> None:
    """The second finds everything in its place."""
    for number in range(3):
        write(tmp_path / f"{number}.md", f"Juliett {number}.")

    first, second = await asyncio.gather(shelved.ingest(tmp_path), shelved.ingest(tmp_path))

    assert {"added"} == set(outcomes(first).values())
    assert {"unchanged"} == set(outcomes(second).values())
    assert 3 == len(await texts(shelved, "Juliett"))


async def test_words_come_first_and_vectors_follow_once(shelved: Shelved, tmp_path: Path) -> None:
    """With progress; a text that came back is not embedded again."""
    assert isinstance(shelved.embedder, LettersEmbedder)
    for number in range(6):
        write(tmp_path / f"{number}.md", f"Kilo {number}.")
    steps = await shelved.ingest(tmp_path)
    write(tmp_path / "0.md", "Kilo 7.")
    await shelved.ingest(tmp_path)
    write(tmp_path / "0.md", "Kilo 0.")

    await shelved.ingest(tmp_path)

    stages = [step.stage for step in steps]
    assert stages.index("vectors") > max(at for at, stage in enumerate(stages) if stage == "words")
    assert all(document.embedded == document.passages for document in await shelved.library.documents(OWNER))
    assert 1 == shelved.embedder.asked.count("0\nKilo 0.")


async def test_what_cannot_be_looked_into_is_not_taken_for_gone(
    shelved: Shelved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that lost its permissions keeps its documents; the ingest says so."""
    write(tmp_path / "shut" / "a.md", "Lima words.")
    await shelved.ingest(tmp_path)
    real = os.scandir

    def scandir(path: Path) -> object:
        if str(path).endswith("shut"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)  # root, who runs tests in containers, is refused nothing

    steps = await shelved.ingest(tmp_path)

    assert {"shut/": "refused"} == outcomes(steps)
    assert ["Lima words."] == await texts(shelved, "Lima")
