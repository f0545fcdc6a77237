"""Hearing: language and bounds; audiences as people write them."""

from datetime import UTC, datetime

import pytest

from bot.domain.ids import ThreadId, TurnId, UserId
from bot.domain.people import Role, Speaker, User, parse_audience
from bot.domain.talk import Lang, Origin, Utterance, asks, language_of
from bot.errors import Unclear
from bot.turns.hear import LONGEST, hear

ANN = Speaker(UserId("u1"), "Ann", Role.REP, "east", "Europe/Berlin")
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, lang",
    [
        ("续约最多几折?", Lang.ZH),
        ("这个deal的budget大概120万", Lang.ZH),
        ("帮我 check 一下 Nordwind 的 renewal date", Lang.ZH),
        ("Who is 王经理 at Acme Sensors GmbH and what did they order last year?", Lang.EN),
        ("max renewal discount?", Lang.EN),
        ("S3?", Lang.EN),
    ],
)
def test_language_is_that_of_the_sentence(text: str, lang: Lang) -> None:
    """Mixed speech is answered in the language that the sentence is built in."""
    assert lang == language_of(text)


def said(text: str) -> Utterance:
    """An utterance of Ann's."""
    return Utterance(Origin("console", "", "u1", ThreadId("t")), "k", text, NOON)


def test_heard_text_has_no_control_characters() -> None:
    """What a terminal would obey is dropped; words, lines and emoji stay."""
    assert "a\nb 👍" == hear(TurnId("1"), said("  a\x1b\x00\nb 👍 "), ANN).text


@pytest.mark.parametrize("text, key", [("", "nothing_said"), (" ?!… ", "nothing_said"), ("a" * (LONGEST + 1), "too_long")])
def test_nothing_to_read_is_said_to_be_so(text: str, key: str) -> None:
    """Emptiness and novels are answered with a sentence, not guessed at."""
    with pytest.raises(Unclear) as unclear:
        hear(TurnId("1"), said(text), ANN)

    assert key == unclear.value.key


@pytest.mark.parametrize(
    "text, audience",
    [
        ("all", "all"), ("manager", "role:manager"), ("Managers", "role:manager"), ("role:legal", "role:legal"), ("team:East", "team:East"),
        ("east", "team:East"), ("ann@example.com", "user:u1"), ("user:u1", "user:u1"), ("team:new", "team:new"),
        ("boss", None), ("role:boss", None), ("user:nobody", None), ("", None),
    ],
)
def test_audience_is_read_as_people_write_it(text: str, audience: str | None) -> None:
    """Roles, teams and people by name; what nobody knows is no audience."""
    ann = User(UserId("u1"), "Ann", "ann@example.com", Role.REP, "East", "Europe/Berlin")

    assert audience == parse_audience(text, [ann])


def test_speaker_sees_own_audiences_alone() -> None:
    """Role, team and person open a door each; admins keep the knowledge and see all of it."""
    admin = Speaker(UserId("u2"), "Bo", Role.ADMIN, "", "UTC")

    assert [True, True, True, True, False, False] == [
        ANN.may_see(audience) for audience in ("all", "role:rep", "team:east", "user:u1", "role:manager", "user:u2")  # type: ignore[arg-type]
    ]
    assert admin.may_see("role:legal")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, is_question",
    [
        ("质保多久", True), ("续约最多几折", True), ("S5支持Modbus吗", True), ("谁批折扣", True), ("How long is the warranty", True),
        ("does it speak OPC UA", True), ("price?", True),
        ("给海蓝董事长写封信", False), ("刚跟客户聊完,预算八十万", False), ("Write to their CEO", False), ("log a call with Acme", False),
    ],
)
def test_question_is_known_by_its_mark_or_its_words(text: str, is_question: bool) -> None:  # noqa: FBT001 - the expectation
    """People leave the question mark out; a request is none."""
    assert is_question == asks(text)
