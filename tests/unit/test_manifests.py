"""skill.toml: what is read, what is refused, and the code held against it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.abilities import PORTS
from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Turn
from bot.errors import BadConfig
from bot.manifests import late_skill, load_manifests, load_skill
from bot.places import PROMPTS, SKILLS
from bot.prompts import load_prompts

MANIFEST = """name = "greet"
summary = { zh = "打招呼。", en = "Say hello." }
triggers = ["turn"]
intents = ["greet"]
labels = { zh = "打招呼", en = "Greet" }
examples = ["hello"]
status = "planned"
review = "ai_autonomous"
reads = ["words"]
"""


def skill_folder(folder: Path, manifest: str = MANIFEST, name: str = "greet") -> Path:
    """A folder with one skill."""
    (folder / name).mkdir()
    (folder / name / "skill.toml").write_text(manifest, encoding="utf-8")
    return folder


def test_planned_skill_needs_no_code(tmp_path: Path) -> None:
    """A planned skill is known to the chooser before a line of it is written."""
    (manifest,) = load_manifests(skill_folder(tmp_path), {}, PORTS).values()

    assert ("greet", "planned", ("greet",)) == (manifest.name, manifest.status, manifest.intents)


@pytest.mark.parametrize(
    "before, after, key",
    [
        ('name = "greet"', 'name = "great"', "name"),
        ('status = "planned"', 'status = "soon"', "status"),
        ('review = "ai_autonomous"', 'review = "never"', "review"),
        ('reads = ["words"]', 'reads = ["everything"]', "reads"),
        ('reads = ["words"]', 'prompts = ["no/such"]', "prompts"),
        ('reads = ["words"]', 'roles = ["boss"]', "roles"),
        ('reads = ["words"]', "colour = 1", "colour"),
        ('examples = ["hello"]\n', "", "examples"),
        ('examples = ["hello"]', "examples = []", "examples"),
        ('examples = ["hello"]', 'examples = { wave = ["hello"] }', "examples"),
        ('zh = "打招呼", en', 'zh = "打招呼的按钮放不下这么多字", en', "labels"),
        ('labels = { zh = "打招呼", en = "Greet" }', 'labels = { wave = { zh = "招手", en = "Wave" } }', "labels"),
        (', en = "Say hello."', "", "summary"),
    ],
)
def test_mistake_in_a_manifest_is_named(tmp_path: Path, before: str, after: str, key: str) -> None:
    """Unknown keys, absent keys and values that mean nothing stop the start, by file and key."""
    folder = skill_folder(tmp_path, MANIFEST.replace(before, after))

    with pytest.raises(BadConfig) as wrong:
        load_manifests(folder, {}, PORTS)

    assert (key, str(folder / "greet" / "skill.toml")) == (wrong.value.facts["key"], wrong.value.facts["file"])


def test_intent_belongs_to_one_skill(tmp_path: Path) -> None:
    """Two skills that claim one intent stop the start."""
    skill_folder(tmp_path)
    skill_folder(tmp_path, MANIFEST.replace('name = "greet"', 'name = "wave"'), "wave")

    with pytest.raises(BadConfig):
        load_manifests(tmp_path, {}, PORTS)


def test_examples_of_several_intents_are_told_apart(tmp_path: Path) -> None:
    """A skill that serves two intents gives each its own examples and its own button."""
    two = MANIFEST.replace('intents = ["greet"]', 'intents = ["greet", "wave"]')
    two = two.replace('["hello"]', '{ greet = ["hello"], wave = ["bye"] }')
    two = two.replace(
        '{ zh = "打招呼", en = "Greet" }', '{ greet = { zh = "招呼", en = "Greet" }, wave = { zh = "招手", en = "Wave" } }'
    )

    offered = load_manifests(skill_folder(tmp_path, two), {}, PORTS)["greet"].capability()

    assert (("hello", "bye"), ("bye",), "招手") == (offered.sayings, offered.examples["wave"], offered.labels["wave"][Lang.ZH])


def test_code_takes_the_ports_that_its_manifest_names() -> None:
    """Every ready skill that ships imports, and asks for nothing beyond its manifest."""
    manifests = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS)

    assert all(callable(load_skill(manifest)) for manifest in manifests.values() if manifest.status == "ready")


async def test_late_skill_is_checked_when_it_is_first_run() -> None:
    """A command pays for the code of the skill that it runs; what the manifest promises is held against it then."""
    manifests = load_manifests(SKILLS, load_prompts(PROMPTS), PORTS)
    speaker = Speaker(UserId("u"), "Ann", Role.REP, "east", "UTC")
    turn = Turn(TurnId("1"), ThreadId("t"), speaker, "hello", Lang.EN, datetime(2026, 3, 4, tzinfo=UTC))
    late = late_skill(replace(manifests["help"], reads=()))

    with pytest.raises(BadConfig):
        await late(turn)


def test_code_hash_follows_the_code_and_not_its_tests(tmp_path: Path) -> None:
    """A decision records which code made it; a test is no part of it."""
    (manifest,) = load_manifests(skill_folder(tmp_path), {}, PORTS).values()
    first = manifest.code_hash()
    (tmp_path / "greet" / "test_greet.py").write_text("", encoding="utf-8")
    with_test = manifest.code_hash()
    (tmp_path / "greet" / "skill.py").write_text("", encoding="utf-8")

    assert (True, False) == (first == with_test, first == manifest.code_hash())
