"""The terminal: what is typed after an answer with buttons."""

from pathlib import Path

import pytest

import bot
from bot.domain.chart import Chart, ChartKind, Series, chart_to_json
from bot.domain.talk import Lang
from bot.terminal import Terminal
from bot.words import TomlWords, read_sentences

WORDS = TomlWords({
    key: told for name in ("strings.toml", "cli.toml") for key, told in read_sentences(Path(bot.__file__).with_name(name)).items()
})
ASKED = {
    "text": "Which?", "evidence": [], "drafts": [], "decision_id": "d", "chart": None, "lang": "en",
    "buttons": [{"label": "Records", "action": "say", "text": "[Records] deals"}, {"label": "Why", "action": "why", "text": ""}],
}


def test_typing_a_label_says_what_its_button_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a press on it would; anything else is said as typed, and the next answer has its own buttons."""
    terminal, typed = Terminal(WORDS, Lang.EN, as_json=False), iter(["records", "Records?", "records", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    terminal.show_answer(ASKED)
    lines = terminal.lines()
    heard = [next(lines), next(lines)]
    terminal.show_answer({**ASKED, "buttons": []})

    assert [{"text": "[Records] deals"}, {"text": "Records?"}, {"text": "records"}] == [*heard, next(lines)]


def test_a_chart_stands_below_the_words_as_bars(capsys: pytest.CaptureFixture[str]) -> None:
    """Its figures are in the language of the answer."""
    chart = Chart(ChartKind.BARS, "t", ("华东", "EMEA"), (Series("CNY", (1_200_000.0, 600_000.0), "CNY"),))
    Terminal(WORDS, Lang.EN, as_json=False).show_answer({**ASKED, "lang": "zh", "chart": chart_to_json(chart), "buttons": []})
    shown = capsys.readouterr().out.splitlines()

    assert ["Which?", "  华东 ████████████████████████████ 120万", "  EMEA ██████████████ 60万"] == shown[:3]


def test_a_text_to_send_on_stands_between_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing stands before its lines, so that they are copied as they are; the buttons come after."""
    word = {"text": "It's yours to send.", "forward": "Ms Lee,\n\n  hello\nLin", "buttons": [{"place": 0, "label": "I sent it"}]}
    Terminal(WORDS, Lang.EN, as_json=False).show_answer({**ASKED, "buttons": [], "words": [word]})
    shown = capsys.readouterr().out.splitlines()

    assert ["Which?", "It's yours to send."] == shown[:2]
    assert ["Ms Lee,", "", "  hello", "Lin"] == shown[3:7]
    assert ("  [I sent it]", True, True) == (shown[8], "yours to send" in shown[2], set(shown[7]) == {"─"})
