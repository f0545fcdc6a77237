"""Names that were heard as something else: mended where it is plain, left where it is not."""

import pytest

from bot.domain.hearing import Mend
from bot.reading.homophones import HomophoneMender, mended
from tests.misheard import book, transcripts

NAMES = ("海蓝科技", "海蓝", "采购经理", "赵国强", "S3传感器", "智联网关")


async def test_a_name_is_written_as_the_records_write_it() -> None:
    """What was heard is kept beside it, and where it stands, so that the change can be shown."""
    told = await HomophoneMender().mend("跟海兰科技的采购经历谈了", NAMES)

    assert "跟海蓝科技的采购经理谈了" == told.text
    assert (Mend(1, 5, "海兰科技", "海蓝科技"), Mend(6, 10, "采购经历", "采购经理")) == told.mends


@pytest.mark.parametrize("text", ["上海兰花的合同", "我的经历很多", "今天去海南科技园", "海蓝科技的采购经理", "", "Met Acme, 120k"])
def test_other_words_stay(text: str) -> None:
    """A word that people use, a stretch across two words, and what is right already are no mistakes."""
    assert text == mended(text, NAMES).text


def test_figures_in_a_name_are_known_as_they_are_said() -> None:
    """三 is how 3 sounds."""
    assert "两百台S3传感器" == mended("两百台S三传感器", NAMES).text


def test_what_fits_two_names_alike_is_left() -> None:
    """Whom it means is for the person to say."""
    assert "跟张立新聊" == mended("跟张立新聊", ("张丽欣", "张莉新")).text


def test_a_name_that_is_known_is_not_another_name() -> None:
    """Two firms may sound alike; what stands there is one of them."""
    assert "去海岚科技" == mended("去海岚科技", ("海蓝科技", "海岚科技")).text


def test_nine_names_in_ten_are_mended_and_hardly_anything_else() -> None:
    """Over two hundred notes with some three hundred names known: .90 and more of the names, .02 and less of the notes wronged."""
    known = book(seed=7)
    names = tuple(name for some in known.values() for name in some)
    planted = right = wronged = 0
    for one in transcripts(seed=7, count=200, known=known):
        done = {(mend.meant, mend.heard) for mend in mended(one.heard, names).mends}
        planted += len(one.planted)
        right += len(done & set(one.planted.items()))
        wronged += bool(done - set(one.planted.items()))

    assert right / planted >= 0.9
    assert wronged / 200 <= 0.02
