"""The words that change an open draft are told from those that begin something else."""

import pytest

from bot.domain.amending import Amendment, amendments_in, missing


@pytest.mark.parametrize(
    "said,wishes",
    [
        ("金额改成 130 万", (Amendment("amount", "130 万"),)), ("不是80万,是130万", (Amendment("", "130万"),)),
        ("换成王经理", (Amendment("", "王经理"),)), ("amount is 130k", (Amendment("amount", "130k"),)),
        ("联系人是李工,金额改成90万", (Amendment("contact", "李工"), Amendment("amount", "90万"))),
        ("第二个不要", (Amendment("deal", gone=True, at=2),)), ("drop the second one", (Amendment("deal", gone=True, at=2),)),
        ("下个月15号签", (Amendment("close_date", "下个月15号"),)), ("they sign 20 December", (Amendment("close_date", "20 December"),)),
        ("no competitor", (Amendment("competitor", gone=True),)), ("待办不要了", (Amendment("task", gone=True),)),
    ],
)  # fmt: skip
def test_a_change_names_a_field_or_a_value(said: str, wishes: tuple[Amendment, ...]) -> None:
    """Several at once, and what is not wanted."""
    assert wishes == amendments_in(said)


@pytest.mark.parametrize(
    "said",
    [
        "续约最多几折?", "海蓝情况怎么样", "给王经理写封信", "今天天气不错", "海蓝那单改成一百三十万", "is it 130k?", "who is Dana", "你好",
        "明天有什么安排", "月底要签的单子", "下周三签合同的客户", "who signs next month",
    ],
)  # fmt: skip
@pytest.mark.parametrize("asked", ["", "amount", "product", "contact"])
def test_another_topic_is_not_swallowed(said: str, asked: str) -> None:
    """Whatever was asked for last."""
    assert () == amendments_in(said, asked)


@pytest.mark.parametrize(
    "said,asked",
    [
        ("月底", "close_date"), ("month end", "close_date"), ("8月15号前", "close_date"), ("大概一百三十万", "amount"),
        ("around 120k", "amount"), ("王经理", "contact"), ("Dana", "contact"), ("S3", "product"), ("边缘网关", "product"),
    ],
)  # fmt: skip
def test_an_answer_is_taken_for_what_was_asked(said: str, asked: str) -> None:
    """A few words that are such a value, and nothing else."""
    assert (asked,) == tuple(one.field for one in amendments_in(said, asked))


def test_what_is_not_known_is_left_open() -> None:
    """And is not asked for again."""
    assert (Amendment("amount", gone=True),) == amendments_in("还不知道", "amount")


def test_the_most_valuable_field_is_missed_first() -> None:
    """Amount, day, product, person; of a deal that is over, nothing."""
    told = {"stage": "proposal", "amount": 1}

    assert ["close_date", "contact", ""] == [
        missing(told), missing({**told, "close_date": "2026-07-31", "product": "S3"}), missing({**told, "stage": "won"}),
    ]  # fmt: skip
