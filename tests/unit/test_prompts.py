"""Prompts: front matter, variables, versions."""

from pathlib import Path

import pytest

from bot.errors import BadConfig
from bot.places import PROMPTS
from bot.prompts import fill, load_prompts

FRONT = (
    'owner = "sales"\ntitle = { zh = "招呼", en = "Hello" }\npurpose = { zh = "打招呼", en = "say hello" }\n'
    'languages = ["zh", "en"]\nvariables = ["name"]\nrole = "writing"\n'
)


def prompt_folder(folder: Path, front: str = FRONT, text: str = "Hello {{name}}!") -> Path:
    """A folder with one prompt, `talk/hello`."""
    (folder / "talk").mkdir()
    (folder / "talk" / "hello.md").write_text(f"+++\n{front}+++\n{text}\n", encoding="utf-8")
    return folder


def test_prompt_is_named_by_its_path_and_filled(tmp_path: Path) -> None:
    """Every variable is filled; what looks like a variable inside a value stays as it is."""
    prompt = load_prompts(prompt_folder(tmp_path))["talk/hello"]

    assert "Hello {{name}} & co!" == fill(prompt, {"name": "{{name}} & co"})


def test_version_follows_the_content(tmp_path: Path) -> None:
    """One changed character is another version."""
    before = load_prompts(prompt_folder(tmp_path))["talk/hello"].version
    (tmp_path / "talk" / "hello.md").write_text(f"+++\n{FRONT}+++\nHello {{{{name}}}}.\n", encoding="utf-8")

    assert before != load_prompts(tmp_path)["talk/hello"].version


@pytest.mark.parametrize(
    "front, text, key",
    [
        (FRONT, "Hello {{nmae}}", "prompt_variables"),
        (FRONT, "Hello", "prompt_variables"),
        (FRONT.replace('owner = "sales"\n', ""), "Hello {{name}}", "prompt_front_matter"),
        (FRONT + "extra = 1\n", "Hello {{name}}", "prompt_front_matter"),
        (FRONT.replace('["zh"', '["fr"'), "Hello {{name}}", "prompt_front_matter"),
        (FRONT.replace('zh = "招呼", ', ""), "Hello {{name}}", "prompt_front_matter"),
        (FRONT.replace('{ zh = "打招呼", en = "say hello" }', '"say hello"'), "Hello {{name}}", "prompt_front_matter"),
        ("owner = \n", "Hello {{name}}", "prompt_front_matter"),
    ],
)
def test_faulty_prompt_fails_at_start(tmp_path: Path, front: str, text: str, key: str) -> None:
    """A missing or unknown variable or key is found when prompts are loaded."""
    with pytest.raises(BadConfig) as wrong:
        load_prompts(prompt_folder(tmp_path, front, text))

    assert key == wrong.value.key


def test_prompt_without_front_matter_fails_at_start(tmp_path: Path) -> None:
    """Nobody owns a bare text."""
    (tmp_path / "bare.md").write_text("Hello", encoding="utf-8")

    with pytest.raises(BadConfig):
        load_prompts(tmp_path)


def test_fill_wants_just_the_variables(tmp_path: Path) -> None:
    """A value too few or too many is refused."""
    prompt = load_prompts(prompt_folder(tmp_path))["talk/hello"]

    with pytest.raises(BadConfig):
        fill(prompt, {"name": "a", "more": "b"})


def test_shipped_prompts_load() -> None:
    """What ships has owners, purposes and only declared variables."""
    assert load_prompts(PROMPTS)
