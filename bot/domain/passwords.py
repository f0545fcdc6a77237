"""Passwords in what people type: which words are one, and what is left to be kept. Knows no file and opens nothing."""

import re
from dataclasses import dataclass

from bot.domain.talk import asks

PASSWORD = "password"  # noqa: S105 - a name
"""What a button does that asks for one, and what the field is called in which it is typed."""
MASK = "••••••"
"""What is kept in place of a password."""
LED = re.compile(
    r"(?P<lead>\W*(?:打开|文件|文档|合同|它|其)?的?(?:密码|口令)|\W*(?:the |its |file )*(?:pass(?:word|code|phrase)|pwd?|pw)\b)\s*"
    r"(?P<sign>[:：=]|是|为|\bis\b)?\s*(?P<secret>\S(?:.{0,200}\S)?)\s*",
    re.IGNORECASE,
)
BESIDE = re.compile(
    r"(?P<lead>密码|口令|\b(?:pass(?:word|code|phrase)|pwd?|pw)\b)\s*(?:(?P<sign>[:：=]|是|为)|\bis\b)?\s*"
    r"(?P<secret>[^\s,，。;；、)）\u3400-\u9fff]+)(?![^\s,，。;；、)）])",
    re.IGNORECASE,
)
"""In what is said about a file: one word without Han signs behind what calls it a password."""
BARE = re.compile(r"[^\s\u3400-\u9fff\uff00-\uffef]{1,128}")
QUOTED = re.compile(r"“([^”]+)”|「([^」]+)」|\"([^\"]+)\"|'([^']+)'|`([^`]+)`")
SAID = frozenset({
    "help", "why", "all", "undo", "cancel", "stop", "redline", "legal", "yes", "no", "ok", "okay", "thanks", "thx", "discard", "save",
    "edit", "drafts", "reset", "hello", "hi", "?", "submit", "approve", "reject", "sent", "hm", "hmm", "password",
})  # fmt: skip
"""Single words that mean what they say, even to somebody who asked for a password."""


@dataclass(frozen=True, slots=True)
class Told:
    """A password that stood in words. left: the words with `MASK` in its place. named: they say that it is one, whoever asked."""

    secret: str
    left: str
    named: bool = False

    def __repr__(self) -> str:
        """Without the password: it shall stand in no log."""
        return f"Told(left={self.left!r})"


def password_said(text: str) -> Told | None:
    """The password that a message is, to somebody who asked for one: "密码:abc", "the password is abc", or just one word.

    A sentence, a question and a word such as "help" are none.
    """
    words = text.strip()
    if is_masked(words):
        return None
    if found := LED.fullmatch(words):
        named = found["sign"] in {":", "：", "="}
        if not named and asks(words):
            return None
        return Told(_unquoted(found["secret"]), f"{found['lead'].strip()}: {MASK}", named)
    if BARE.fullmatch(words) and words.strip("!.~").casefold() not in SAID:
        return Told(words, MASK)
    return None


def password_beside(text: str) -> Told | None:
    """The password in what is said about a file: "海蓝合同,密码 1234"."""
    found = BESIDE.search(text)
    if found is None or (not found["sign"] and found["secret"].isalpha()):
        return None
    return Told(_unquoted(found["secret"]), f"{text[:found.start('secret')]}{MASK}{text[found.end('secret'):]}")


def is_masked(text: str) -> bool:
    """Whether a message was a password, and is what is left of it."""
    return text.strip().endswith(MASK) and (text.strip() == MASK or LED.fullmatch(text.strip()) is not None)


def _unquoted(secret: str) -> str:
    found = QUOTED.fullmatch(secret)
    return next(filter(None, found.groups())) if found else secret
