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


ROWS = [
    {"field": "account", "name": "客户", "value": "海蓝科技", "before": "", "quote": "海蓝"},
    {"field": "amount", "name": "金额", "value": "¥1,200,000", "before": "¥800,000", "quote": "一百二十万"},
]
TASK = {"key": "task", "label": "待办", "gist": "报价,7/22", "rows": [{"field": "task.due_date", "name": "到期日"}]}
HELD = {"id": "f1", "revision": 2, "state": "open", "has_form": True, "rows": ROWS, "also": [TASK], "inputs": ["amount", "task.due_date"]}
DRAFTED = {**ASKED, "lang": "zh", "skill": "capture", "buttons": [], "drafts": [HELD]}


def test_a_draft_is_told_in_a_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Each field with what was and the words it comes from, what is saved with it, what can be pressed; the house's telling is enough."""
    terminal = Terminal(WORDS, Lang.ZH, as_json=False)
    terminal.show_answer(DRAFTED)
    shown = capsys.readouterr().out.splitlines()
    terminal.show_answer({**DRAFTED, "skill": "house"})

    assert ["  客户: 海蓝科技  “海蓝”", "  金额: ¥800,000 → ¥1,200,000  “一百二十万”", "  另记:待办(报价,7/22)"] == shown[1:4]
    assert "  [保存] [修改] [不记]" == shown[5]
    assert [] == [line for line in capsys.readouterr().out.splitlines() if "海蓝" in line]


def test_fields_are_filled_in_by_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Called as the house calls them, or as people do; values may have blanks. Without a draft the line is only words."""
    terminal = Terminal(WORDS, Lang.ZH, as_json=False)
    typed = iter(["edit amount=1", "edit 金额=130万 task.due_date = 下周 五", "改 到期日=月底", "edit it", ""])
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    lines = terminal.lines()
    before = next(lines)
    terminal.show_answer(DRAFTED)
    edit = {"draft": "f1", "revision": 2, "action": "edit"}

    assert {"text": "edit amount=1"} == before
    assert {**edit, "fields": {"amount": "130万", "task.due_date": "下周 五"}} == next(lines)
    assert [{**edit, "fields": {"task.due_date": "月底"}}, {"text": "edit it"}] == [next(lines), next(lines)]
