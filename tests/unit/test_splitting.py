"""How blocks become passages."""

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.splitting import FULL, Block, sentences, split, weigh

ZH = "海蓝科技的续约折扣最高为一成。超过的部分需要经理批准！特殊情况怎么办？请在三个工作日内提交申请；逾期不再受理。"
EN = "Renewals get up to 10% off. Anything above needs the manager's approval. Ask within 3 days. "


def test_a_short_block_is_one_passage() -> None:
    """What fits is not cut."""
    assert [ZH] == [cut.text for cut in split(Block(ZH))]


def test_passages_are_verbatim_and_miss_nothing() -> None:
    """A quote must stand in its source, so nothing is added, changed or lost."""
    text = ZH * 40

    cuts = [cut.text for cut in split(Block(text))]

    assert text == "".join(cuts)
    assert len(cuts) > 1


def test_passages_end_with_sentences_and_keep_their_size() -> None:
    """No passage is longer than asked, none is a leftover, each ends where a sentence ends."""
    cuts = [cut.text for cut in split(Block(EN * 60))]

    assert all(cut.endswith(".") for cut in cuts)
    assert all(FULL / 3 <= weigh(cut) <= FULL for cut in cuts)


def test_numbers_and_abbreviations_do_not_end_sentences() -> None:
    """A point inside a number, or before a small letter, is no end."""
    text = "Version 2.1 costs 3.5 million, e.g. for Acme. It ships in May."

    found = [text[first:last].strip() for first, last in sentences(text)]

    assert ["Version 2.1 costs 3.5 million, e.g. for Acme.", "It ships in May."] == found


def test_lines_are_counted_where_passages_stand() -> None:
    """The locator names the lines that the passage's words stand on."""
    text = "\n\nfirst\nsecond\n\n"

    (cut,) = split(Block(text, line=10))

    assert (12, 13) == (cut.first_line, cut.last_line)


def test_a_sentence_without_an_end_is_cut_all_the_same() -> None:
    """A wall of text makes passages of bearable length."""
    cuts = list(split(Block("无" * 3000)))

    assert max(weigh(cut.text) for cut in cuts) <= FULL
    assert "无" * 3000 == "".join(cut.text for cut in cuts)


def test_a_short_table_stays_whole() -> None:
    """Rows make sense beside their head."""
    table = "\n".join(f"| S{row} | {row * 10} kg | in stock |" for row in range(40))

    assert 1 == len(list(split(Block(table, is_table=True))))


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="中文。！a b.\n,，; 9", max_size=3000))
def test_any_text_is_kept_to_the_letter(text: str) -> None:
    """Whatever comes in, the passages hold all of it but blanks, in order, and none is empty."""
    cuts = [cut.text for cut in split(Block(text))]

    assert "".join(text.split()) == "".join("".join(cuts).split())
    assert all(cut.strip() for cut in cuts)
