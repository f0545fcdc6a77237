"""What a browser tells about its reader, and how a page words what the house says."""

import pytest
from starlette.responses import Response

from bot.domain.talk import Lang
from bot.web.reader import Cookies, Reader, back_to, preferred
from bot.web.shell import as_words


@pytest.mark.parametrize("header, lang", [
    ("zh-CN,zh;q=0.9,en;q=0.8", Lang.ZH), ("en-GB,en;q=0.9,zh;q=0.1", Lang.EN), ("zh;q=0.2, en;q=0.7", Lang.EN),
    ("de, zh-Hant;q=0.5", Lang.ZH), ("fr", Lang.EN), ("", Lang.EN), ("zh;q=nonsense,en;q=0.1", Lang.EN),
])
def test_language_is_what_the_browser_would_rather_have(header: str, lang: Lang) -> None:
    """By weight; English where it names neither."""
    assert lang is preferred(header)


@pytest.mark.parametrize("path, back", [
    ("/?t=a", "/?t=a"), ("//evil.example", "/"), ("/\\evil.example", "/"), ("https://evil.example", "/"),
    ("/a\r\nSet-Cookie: x", "/"), ("", "/"),
])
def test_way_back_stays_in_the_house(path: str, back: str) -> None:
    """A form may say what it likes."""
    assert back == back_to(path)


@pytest.mark.parametrize("secure, name, marks", [(True, "__Host-tandem", ["HttpOnly", "Secure"]), (False, "tandem", ["HttpOnly"])])
def test_secret_travels_as_safely_as_people_come(secure: bool, name: str, marks: list[str]) -> None:  # noqa: FBT001 - how people come
    """By https it is bound to this host and never sent without."""
    response = Response()
    Cookies(secure=secure).keep(response, "secret", 60)
    cookie = response.headers["set-cookie"]

    assert (f"{name}=secret", marks) == (cookie.split(";")[0], [mark for mark in ("HttpOnly", "Secure") if mark in cookie])


def test_token_of_a_form_tells_nothing_of_the_secret_and_differs_with_it() -> None:
    """Two visits, two tokens; neither holds the other's or its own secret."""
    one, other = (Reader(secret, Lang.EN, "", partial=False, path="/").token for secret in ("first-secret", "other-secret"))

    assert (False, False) == (one == other, "secret" in one + other)


def test_token_looks_different_in_each_answer_and_is_known_again() -> None:
    """By its visit alone, and not with a byte changed or missing."""
    one, again, other = (Reader(secret, Lang.EN, "", partial=False, path="/") for secret in ("mine", "mine", "theirs"))
    bent = f"{one.token[:-1]}{'0' if one.token[-1] != '0' else '1'}"
    told = [again.knows(text) for text in (one.token, other.token, bent, one.token[2:], "", "no hex", "00" * 32)]

    assert one.token != again.token
    assert [True, False, False, False, False, False, False] == told


@pytest.mark.parametrize("quote, words", [
    ("| 30 days | legal |  |", "30 days · legal"), ("| a | b |\n| c | d |", "a · b\nc · d"), ("a | b", "a | b"),
    ("| a |\nb", "| a |\nb"), ("", ""),
])
def test_row_of_a_table_reads_as_words(quote: str, words: str) -> None:
    """Bars are for machines; other quotes stay as they stand."""
    assert words == as_words(quote)
