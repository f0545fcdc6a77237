"""A voice is habits of form, told from several letters; no fact goes over."""

import pytest

from bot.domain.talk import Lang
from bot.domain.voice import Voice, voice_of, voice_wish

ZH = (
    "王总，您好：\n冒昧来信，请见谅。上周在苏州看到您的演讲。想请您来厂里看看。\n顺颂商祺\n林晓",
    "赵部长，您好：\n冒昧来信，请见谅。二期进展顺利，停机少了3次。\n顺颂商祺\n林晓",
    "陈老师，您好：\n孩子上学的事恭喜您。\n顺颂商祺\n林晓",
)
EN = (
    "Dear Ms Reed,\nI will be brief. The S3 pilot ended.\nKind regards,\nOwen",
    "Dear Mr Hall,\nI will be brief. Dana sent me.\nKind regards,\nOwen",
)


def test_habits_are_told_from_letters() -> None:
    """Greeting, courtesy and sign-off that come back are a habit; what stood once is none."""
    told = voice_of(ZH, Lang.ZH)

    assert Voice(Lang.ZH, 3, "", "，您好：", "冒昧来信，请见谅。", "顺颂商祺", 36, polite_you=True) == told


def test_english_letters_have_habits_too() -> None:
    """The same, with the words of English letters."""
    assert Voice(Lang.EN, 2, "Dear", ",", "I will be brief.", "Kind regards", 13) == voice_of(EN, Lang.EN)


def test_one_letter_is_no_habit() -> None:
    """What was written once tells nothing."""
    assert voice_of(ZH[:1], Lang.ZH) is None


def test_no_fact_becomes_a_habit() -> None:
    """A first sentence with a figure, a name or a quote is not repeated to somebody else."""
    same = ("Dear Ms Reed,\nHope you liked Berlin 2025.\nBest,\nOwen",) * 3

    assert Voice(Lang.EN, 3, "Dear", ",", "", "Best", 10) == voice_of(same, Lang.EN)


@pytest.mark.parametrize(
    "said, wish",
    [("学我的口吻", True), ("以后按我的口吻写", True), ("别学我的口吻", False), ("learn my voice", True), ("stop using my voice", False),
     ("给王总写封信", None)],
)  # fmt: skip
def test_words_give_and_take_back_consent(said: str, wish: object) -> None:
    """Said in a few words, either way."""
    assert wish is voice_wish(said)
