"""What the word index holds of a text, and what it is asked for."""

import pytest

from knowledge.terms import fold, index_terms, query_terms, stem


def test_chinese_is_indexed_by_characters_and_pairs() -> None:
    """Two characters are the shortest Chinese word, and no dictionary has to know it."""
    terms = index_terms("续约折扣")

    assert ["续", "约", "折", "扣", "续约", "约折", "折扣"] == terms


@pytest.mark.parametrize("written, asked", [
    ("ＡＣＭＥ", "acme"),
    ("採購預算", "采购预算"),
    ("Müller", "muller"),
    ("1,200,000", "1200000"),
    ("DISCOUNTS", "discount"),
    ("applied", "apply"),
    ("pricing", "price"),
    ("companies", "company"),
    ("ISO-9001", "iso9001"),
])
def test_what_reads_the_same_is_found(written: str, asked: str) -> None:
    """Width, script, accents, grouping, case and the commonest endings do not hide a word."""
    assert set(index_terms(asked)) & set(index_terms(written))


@pytest.mark.parametrize("word", ["bus", "gas", "class", "this", "king", "red", "s3"])
def test_short_words_keep_their_endings(word: str) -> None:
    """An ending is only cut where a word is left."""
    assert word == stem(word)


def test_units_and_model_names_are_found_apart_and_together() -> None:
    """"30kg" is found by "30kg", and by its number."""
    terms = index_terms("the PX400 takes 30kg and 3.5 bar at 10%")

    assert {"px400", "400", "30kg", "30", "3.5", "10%", "10"} <= set(terms)


def test_a_question_is_looked_up_without_the_words_of_asking() -> None:
    """Words that stand in every question say nothing about what is asked."""
    assert {"discount", "renewal"} == set(query_terms("What is the discount for renewals?"))
    assert not {"什么", "的", "是"} & set(query_terms("续约的折扣是什么?"))


def test_a_question_of_weak_words_alone_is_still_looked_up() -> None:
    """Better a weak search than none."""
    assert ["who", "are", "you"] == query_terms("Who are you?")


def test_no_term_can_break_the_index_syntax() -> None:
    """Terms are put between quotes and parted by blanks, so they hold neither."""
    terms = index_terms('"a" OR b* NEAR(c) {d}: ^e -- \' ; DROP TABLE 中"文 ½ ﷺ １２％')

    assert not [term for term in terms if set(term) & set('" *()^:{}\'')]


def test_folding_leaves_plain_text_alone() -> None:
    """What needs no folding reads as before."""
    assert "net 30 days" == fold("net 30 days")
