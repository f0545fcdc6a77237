"""Passwords in what people type, and how they are taken out of it before anything is kept."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.confided import LASTS, MOST, MemoryBox
from bot.domain.ids import MessageId, ThreadId, TurnId
from bot.domain.passwords import MASK, is_masked, password_beside, password_said
from bot.domain.talk import File, Media, Origin, Tap, Utterance
from bot.turns.confiding import Confiding
from tests.fakes.senses import SetClock

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LI = Origin("wecom", "ww1", "li", ThreadId("wecom:ww1:li"))


@pytest.mark.parametrize("said, secret, left", [
    ("密码:Hai lan 9!", "Hai lan 9!", f"密码: {MASK}"), ("密码是 abc-1", "abc-1", f"密码: {MASK}"), ("密码 8848", "8848", f"密码: {MASK}"),
    ("password: open sesame", "open sesame", f"password: {MASK}"), ("The password is “a b”", "a b", f"The password: {MASK}"),
    ("hunter2", "hunter2", MASK), ("  8848\n", "8848", MASK), ("打开密码：海蓝2026", "海蓝2026", f"打开密码: {MASK}"),
])  # fmt: skip
def test_what_is_a_password_is_told_from_words(said: str, secret: str, left: str) -> None:
    """Named as one, or one word without Han signs."""
    told = password_said(said)

    assert told is not None
    assert (secret, left, True) == (told.secret, told.left, is_masked(told.left))


@pytest.mark.parametrize("said", [
    "密码是什么?", "密码不对吗", "what is the password?", "责任上限是多少?", "help", "Undo", "ok!", "先等等", "compare with v1", "", MASK,
    f"密码: {MASK}",
])  # fmt: skip
def test_what_means_something_else_is_no_password(said: str) -> None:
    """Questions, sentences, words that stand for buttons, and what was masked already."""
    assert password_said(said) is None


@pytest.mark.parametrize("said, secret, left", [
    ("海蓝合同,密码 8848,跟上一版比", "8848", f"海蓝合同,密码 {MASK},跟上一版比"),
    ("compare with v1, password: x7#k", "x7#k", f"compare with v1, password: {MASK}"),
])  # fmt: skip
def test_a_password_beside_a_file_is_found(said: str, secret: str, left: str) -> None:
    """In whatever else is said about it."""
    told = password_beside(said)

    assert told is not None
    assert (secret, left) == (told.secret, told.left)


@pytest.mark.parametrize("said", ["海蓝合同,密码稍后发你", "跟上一版比", "the password follows by mail"])
def test_words_about_a_password_are_none(said: str) -> None:
    """Nothing is taken out of them."""
    assert password_beside(said) is None


def test_a_password_stands_in_no_log() -> None:
    """What was found does not show it when it is printed."""
    assert "hunter2" not in repr(password_said("hunter2"))


@dataclass
class Asked:
    """The port `AskedPasswords`, for one person."""

    turns: list[TurnId] = field(default_factory=list)

    async def ask(self, turn_id: TurnId, _: Origin, __: datetime) -> None:
        """Wait for it."""
        self.turns.append(turn_id)

    async def waiting(self, _: Origin) -> list[TurnId]:
        """All of them."""
        return self.turns

    async def done(self, turn_id: TurnId) -> None:
        """No more."""
        self.turns.remove(turn_id)


async def test_only_who_was_asked_types_a_password() -> None:
    """The same word from somebody else is a word; from who was asked it is kept as dots, and lies in the box under its key."""
    asked, box = Asked(), MemoryBox(SetClock())
    confiding, said = Confiding(asked, box), Utterance(LI, "k", "hunter2", NOON)
    before = await confiding.apart(said)
    asked.turns.append(TurnId("t"))
    after = await confiding.apart(said)

    assert (said, MASK, "hunter2") == (before, getattr(after, "text", ""), box.look("wecom", "k"))


async def test_what_is_named_a_password_is_kept_from_nobody_but_the_file() -> None:
    """With a colon it is one, asked for or not: too late, too early, or in the wrong chat."""
    box = MemoryBox(SetClock())
    kept = [getattr(await Confiding(Asked(), box).apart(Utterance(LI, said, said, NOON)), "text", "") for said in ("密码:abc", "密码 abc")]

    assert ([f"密码: {MASK}", "密码 abc"], "abc") == (kept, box.look("wecom", "密码:abc"))


async def test_a_form_and_a_caption_are_taken_apart_too() -> None:
    """Whoever was asked: both name it as a password."""
    box = MemoryBox(SetClock())
    confiding, media = Confiding(Asked(), box), Media("file", "a.docx", "", 1, "x")
    tap = await confiding.apart(Tap(LI, "k1", MessageId("m"), 0, NOON, (("form", "sent"), ("password", "x 1"))))
    file = await confiding.apart(File(LI, "k2", NOON, media, "密码 8848"))

    assert (("password", MASK),) == getattr(tap, "fields", ())
    assert (f"密码 {MASK}", "x 1", "8848") == (getattr(file, "text", ""), box.look("wecom", "k1"), box.look("wecom", "k2"))


async def test_what_was_confided_is_forgotten() -> None:
    """When it was used, after some minutes, and the oldest where there are very many."""
    clock = SetClock()
    box = MemoryBox(clock)
    for number in range(MOST + 1):
        await box.put("web", str(number), "x")
    box.drop("web", "5")
    early = [box.look("web", key) for key in ("0", "5", str(MOST))]
    clock.move(LASTS)

    assert ([None, None, "x"], None) == (early, box.look("web", str(MOST)))
