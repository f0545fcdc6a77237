"""Small talk gets a line; what is not Tandem's business gets a kind no."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker
from bot.domain.talk import Lang, Turn
from bot.words import TomlWords, read_sentences
from skills.courtesy import skill

WORDS = TomlWords(read_sentences(Path(skill.__file__).with_name("strings.toml")))
SAID = Turn(
    TurnId("1"), ThreadId("t"), Speaker(UserId("u1"), "Ann", Role.REP, "east", "UTC"), "…", Lang.EN, datetime(2026, 3, 4, tzinfo=UTC)
)


@pytest.mark.parametrize(
    "intent, found, begins", [("smalltalk", True, "I'm here, Ann."), ("out_of_scope", False, "That is not mine to do")]
)
async def test_chat_is_answered_and_foreign_business_declined(intent: str, found: bool, begins: str) -> None:  # noqa: FBT001 - from the table
    """A refusal says what Tandem is for, and counts as nothing found."""
    answer = await skill.run(replace(SAID, intent=intent), words=WORDS)

    assert (found, True) == (answer.found, answer.text.startswith(begins))
