"""How what was heard is written."""

import pytest

from bot.brains.written import written


@pytest.mark.parametrize("heard, lang, text", [
    (" 這個專案,預算八十萬?", "zh", "这个专案，预算八十万？"), ("各位观众 晚上好", "zh", "各位观众，晚上好"),
    ("模型\uff10甚至", "zh", "模型，甚至"), ("理短\uff27", "zh", "理短，"), ("要S3型", "zh", "要S3型"),
    ("团员\ufffd是温暖", "zh", "团员，是温暖"), ("这个deal的budget, 大概", "zh", "这个deal的budget, 大概"),
    (" Met Acme, 120k. ", "en", "Met Acme, 120k."),
])  # fmt: skip
def test_words_are_written_as_people_write_them(heard: str, lang: str, text: str) -> None:
    """Simplified, with full-width marks where Chinese stands before them; English as it is."""
    assert text == written(heard, lang)
