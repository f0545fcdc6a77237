"""How words and meaning become one score."""

from bot.domain.documents import Counts, Near, Weighed
from bot.domain.ids import PassageId
from bot.domain.talk import Lang
from knowledge.fusion import fused


def weighed(name: str, found: dict[str, tuple[int, int]], lang: Lang = Lang.ZH) -> Weighed:
    """A passage of a hundred terms."""
    return Weighed(PassageId(name), lang, 100, found)


def test_rare_words_count_more_than_common_ones() -> None:
    """A word that most passages hold says little."""
    counts = Counts(1000, 100_000, {"rare": 3, "common": 700})
    both = [weighed("common", {"common": (3, 0)}), weighed("rare", {"rare": (1, 0)})]

    assert ["rare", "common"] == [passage for passage, _ in fused(both, counts, [], ["rare", "common"], Lang.ZH)]


def test_a_heading_counts_more_than_the_text() -> None:
    """What a passage is called says what it is about."""
    counts = Counts(1000, 100_000, {"warranty": 20})
    both = [weighed("below", {"warranty": (1, 0)}), weighed("called", {"warranty": (1, 1)})]

    assert ["called", "below"] == [passage for passage, _ in fused(both, counts, [], ["warranty"], Lang.EN)]


def test_meaning_finds_what_shares_no_word() -> None:
    """A question in the other language matches no word; the nearest in meaning still comes first."""
    counts = Counts(1000, 100_000, {"保修": 40})
    near = [Near(PassageId("english"), Lang.EN, 0.90), Near(PassageId("other"), Lang.EN, 0.82)]
    found = [weighed("english", {}, Lang.EN), weighed("other", {}, Lang.EN)]

    best, score = fused(found, counts, near, ["保修"], Lang.ZH)[0]

    assert "english" == best
    assert score > 0


def test_scores_lie_between_nought_and_one() -> None:
    """Even where every word stands in the text and its headings a hundred times, and the meaning is the same."""
    counts = Counts(10, 1000, {"a": 1})
    near = [Near(PassageId("same"), Lang.ZH, 1.0), Near(PassageId("far"), Lang.ZH, 0.0)]

    both = [weighed("same", {"a": (100, 100)}), weighed("far", {})]
    scores = [score for _, score in fused(both, counts, near, ["a"], Lang.ZH)]

    assert 0.9 < scores[0] <= 1.0
    assert 0.0 == scores[1]


def test_passage_without_a_vector_is_believed_by_its_words() -> None:
    """While vectors are being made, the passage that holds the words is not put behind those that only have a vector."""
    counts = Counts(1000, 100_000, {"rare": 3, "odd": 1})
    near = [Near(PassageId("near"), Lang.ZH, 0.92), Near(PassageId("far"), Lang.ZH, 0.80)]
    waiting = Weighed(PassageId("waiting"), Lang.ZH, 4000, {"rare": (1, 0)}, embedded=False)
    found = [weighed("near", {}), weighed("far", {}), waiting]

    assert "waiting" == fused(found, counts, near, ["rare", "odd", *(f"x{number}" for number in range(20))], Lang.ZH)[0][0]
