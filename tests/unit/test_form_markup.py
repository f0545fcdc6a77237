"""Light Markdown is read and written for each transport, and what people wrote is never markup."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.form.dialects import PLAIN, RICH, STANDARD, SUBSET, atoms, literal, mrkdwn
from bot.channels.form.markup import Code, Line, is_marked, plain, read
from bot.channels.form.packing import joined, packed
from bot.domain.paper import Grid

STEADY = settings(deadline=None, derandomize=True)
"""The same examples each time, however busy the machine is."""
DIALECTS = (PLAIN, SUBSET, RICH, STANDARD)
ANSWER = """# 价格
你能给到**九折**,见`§2.1`。
- 再低找张经理
  * 或[法务](https://acme.example/法务)
2. 第二步
> 总折扣不超过10%

| 客户 | 折扣 | 单数 |
|:---|---:|---|
| 海蓝 | 8.2% | 3 |
| a\\|b | | 1 |"""
HOSTILE = (
    "<!channel>", "<!here|here>", "<@U012AB3CD>", "<#C1|general>", "@all", "@channel", '<a href="https://evil.example">bank.example</a>',
    "[bank.example](https://evil.example)", "![x](https://evil.example/p.png)", "<https://evil.example|bank.example>", "# 大标题", "> 引用",
    "- 一", "1. 一", "**粗**", "*斜*", "_x_", "`code`", "```", "~~x~~", '<font color="warning">红</font>', "<@userid>",
    "a\\n===", "a\\n-", "a | b\\n-|-", "&lt;b&gt;", "<?xml?>",
    "[x]: https://evil.example", "    四格", "\\*", "a_b_c", "1*2*3", "<script>", "---",
)  # fmt: skip


def _written(text: str, dialect: str) -> str:
    return joined(list(atoms(read(text), dialect, tables=dialect in {RICH, STANDARD})))


def test_plain_words_have_no_marks() -> None:
    """A table becomes a line a row, each cell behind its column's name; a link its words and its address."""
    expected = (
        "价格\n你能给到九折,见§2.1。\n· 再低找张经理\n  · 或法务 (https://acme.example/法务)\n2. 第二步\n总折扣不超过10%\n\n"
        "· 客户 海蓝 · 折扣 8.2% · 单数 3\n· 客户 a|b · 单数 1"
    )

    assert expected == _written(ANSWER, PLAIN)


def test_wecom_reads_a_subset() -> None:
    """Its app knows strong words, code and quotes, but no lists and no tables."""
    expected = (
        "**价格**\n你能给到**九折**,见`§2.1`。\n· 再低找张经理\n  · 或法务 (https://acme.example/法务)\n2. 第二步\n\n> 总折扣不超过10%\n\n"
        "· 客户 海蓝 · 折扣 8.2% · 单数 3\n· 客户 a|b · 单数 1"
    )

    assert expected == _written(ANSWER, SUBSET)


@pytest.mark.parametrize("dialect, bar", [(RICH, "｜"), (STANDARD, "\\|")])
def test_tables_and_lists_stay_where_they_are_read(dialect: str, bar: str) -> None:
    """Slack and WeCom's AI bot draw both; a bar inside a cell ends none."""
    expected = (
        "**价格**\n你能给到**九折**,见`§2.1`。\n- 再低找张经理\n  - 或法务 (https://acme.example/法务)\n2. 第二步\n\n> 总折扣不超过10%\n\n"
        f"| 客户 | 折扣 | 单数 |\n| --- | --- | --- |\n| 海蓝 | 8.2% | 3 |\n| a{bar}b |   | 1 |"
    )

    assert expected == _written(ANSWER, dialect)


def test_two_columns_are_a_name_and_a_value() -> None:
    """Then no column needs naming in every line."""
    table = "| 阶段 | 金额 |\n|---|---|\n| 谈判 | 120万 |\n| 赢单 | 80万 |"

    written = _written(table, PLAIN)

    assert "阶段 / 金额\n· 谈判: 120万\n· 赢单: 80万" == written


def test_a_row_without_a_head_is_words() -> None:
    """A quote of one row of a document's table loses its bars, not its words."""
    block = read("| 续约折扣 | 10% |")[0]

    assert Line(block.runs if isinstance(block, Line) else ()) == block
    assert "续约折扣 · 10%" == plain("| 续约折扣 | 10% |")


def test_blocks_are_read() -> None:
    """Code keeps its lines, one that nobody closed goes on to the end, and a rule is an empty line."""
    blocks = read("a\n---\n```sql\nselect *\n\nfrom x\n```\n| a | b |\n|---|---|\n```\nopen")

    assert (Code("select *\n\nfrom x"), Grid(("a", "b"), ()), Code("open")) == blocks[2:]
    assert Line(()) == blocks[1]


@pytest.mark.parametrize(
    "text, expected", [("续约最多九折。", False), ("**九折**", True), ("# 价", True), ("- 价", False), ("见 `x`", True)]
)
def test_what_has_no_marks_is_known(text: str, expected: bool) -> None:  # noqa: FBT001
    """Such a text may go as plain text, which every client shows."""
    assert expected == is_marked(read(text))


@pytest.mark.parametrize(
    "text", ["单价2*3*4元", "snake_case_name", "a * b * c", "5~6折,7~8折", "价格 < 100 且 > 50", "C:\\new_x", "见[附件]和(备注)", "i <3 u"]
)
def test_what_only_looks_like_marks_is_kept(text: str) -> None:
    """Arithmetic, names of columns, ranges and brackets are words."""
    assert text == plain(text) == literal(text, PLAIN)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_nobody_is_called_and_nothing_is_disguised(text: str, dialect: str) -> None:
    """No mention, no tag and no link under other words comes out of what people wrote, in any dialect, as words or as an answer."""
    for written in (literal(text, dialect), _written(text, dialect), literal(f"说:{text}", dialect)):
        bare = re.sub(r"\\.", "", written) if dialect == STANDARD else written
        links = "" if dialect == PLAIN else r"|\]\(|^\s*\[\w+\]:"  # plain text makes nothing of brackets

        assert not re.search(r"<[a-z/@!#?]|(?<![\w.])@(?:all|channel)\b" + links, bare, re.IGNORECASE | re.MULTILINE)


@STEADY
@given(st.one_of(st.sampled_from(HOSTILE), st.text("ab1 #*_`~[]()<>!&|\\-+.\n字:=@", max_size=40)))
def test_standard_markdown_sees_only_words(text: str) -> None:
    """A second implementation reads what people wrote, escaped, and finds the same words and no markup at all."""
    oracle = pytest.importorskip("markdown_it", reason="the second opinion is not installed")
    tokens = oracle.MarkdownIt("gfm-like", {"linkify": False}).parse(literal(text, STANDARD))
    inner = [child for token in tokens for child in token.children or ()]
    seen = "".join("\n" if child.type in {"softbreak", "hardbreak"} else child.content for child in inner)

    assert set() == {token.type for token in tokens} - {"paragraph_open", "paragraph_close", "inline"}
    assert set() == {child.type for child in inner} - {"text", "text_special", "softbreak", "hardbreak"}
    assert "".join(text.split()) == "".join(seen.replace("\u200b", "").split())


@STEADY
@given(st.text("ab1 #*_`~[]()<>!&|\\-+.\n字。", max_size=80))
def test_an_answer_loses_no_word(text: str) -> None:
    """Whatever an answer holds, its letters and figures are in every dialect; the name of a language behind a fence is none of them."""
    said = Counter(char for char in re.sub(r"^\s*(?:`{3}|~{3}).*$", "", text, flags=re.MULTILINE) if char.isalnum())

    lost = [said - Counter(re.sub(r"&(?:lt|gt|amp);", "", _written(text, dialect))) for dialect in DIALECTS]

    assert [Counter[str]()] * len(DIALECTS) == lost


def test_slacks_older_markup_is_disarmed() -> None:
    """Where a block takes mrkdwn alone, plain words stay plain."""
    assert "&lt;!channel&gt; *\u200bx*\u200b a &amp; b" == mrkdwn("<!channel> *x* a & b")


def test_emphasis_that_would_not_be_read_is_left_out() -> None:
    """Stars between a quotation mark and a Chinese character would be shown as stars."""
    assert "他说“九折”算数" == _written("他说**“九折”**算数", STANDARD)
    assert "他说**九折**算数" == _written("他说**九折**算数", STANDARD)


def test_a_long_table_has_its_head_in_every_message() -> None:
    """Cut between rows; each part says which it is, and all rows are there."""
    table = "| 客户 | 金额 |\n|---|---|\n" + "\n".join(f"| 客户{place} | {place}万 |" for place in range(60))

    messages = packed(list(atoms(read(table), STANDARD, tables=True)), 400, len)

    assert len(messages) == sum(one.startswith("| 客户 | 金额 |\n| --- | --- |\n") for one in messages) > 2
    assert [f"客户{place} " for place in range(60)] == re.findall(r"客户\d+ ", "\n".join(messages))
    assert [] == [one for one in messages if len(one) > 400]


def test_long_code_is_fenced_in_every_message() -> None:
    """A fence that is opened is closed in the same message."""
    code = "```\n" + "\n".join(f"line {place}" for place in range(100)) + "\n```"

    messages = packed(list(atoms(read(code), RICH, tables=True)), 300, len)

    assert [2] * len(messages) == [one.count("```") for one in messages]
    assert [str(place) for place in range(100)] == re.findall(r"line (\d+)", "\n".join(messages))


def test_a_row_longer_than_a_message_goes_as_words() -> None:
    """Better than a table that cannot be sent."""
    table = f"| 条款 | 原文 |\n|---|---|\n| 付款 | {'三十日内付清全部货款。' * 40} |"

    messages = packed(list(atoms(read(table), STANDARD, tables=True)), 300, len)

    assert messages[0].startswith("条款 · 原文\n付款 · 三十日内")
    assert 40 == "".join(messages).replace("\n", "").count("三十日内付清全部货款。")
