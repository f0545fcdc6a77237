"""Texts of contracts without what only typography says: width, case, blanks, marks. Knows no clause."""

import re
import unicodedata
from functools import lru_cache

HAN = "\u3400-\u9fff"
_QUOTES = str.maketrans(dict(zip("“”‘’「」《》–—", "\"\"''\"\"<>--", strict=True)) | {"\u00ad": ""})
_RUNS = re.compile(r"(\s)\s+")
_BESIDE = re.compile(rf"\s(?=[{HAN}])|(?<=[{HAN}])\s")
_HAN = re.compile(f"[{HAN}]")
_LINKS = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)?\)|<a\b[^<>]*>|</a>|<https?://[^<>\s]+>", re.IGNORECASE)
_MARKUP = re.compile(r"\*\*|__|`|^#{1,6}\s+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|\\(?=[-.*_#\[\]])", re.MULTILINE)
_MARKS = "*_`#\\"
"""Without one of these a text has no markup, and most have none: looking costs a hundredth of replacing."""
_ITEM_NUMBER = r"(?:[ivx]{1,5}|[a-z]|\d{1,2})"
_ITEM = re.compile(
    rf"^\s*(?:[-*•+]\s+)?(?:[(（]?{_ITEM_NUMBER}[.)）]\s+|[(（]{_ITEM_NUMBER}[)）])?", re.MULTILINE | re.IGNORECASE
)
_SAID = re.compile(r"\d+(?:\.\d+)+|[^\W_]+|[%‰$€£¥]")


def fold(text: str) -> str:
    """`text` in half width and lower case, with plain quotes, no blanks around Chinese and single ones elsewhere."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).translate(_QUOTES).lower()
    single = _RUNS.sub(r"\1", folded.replace("\n", " ").replace("\t", " "))
    return (_BESIDE.sub("", single) if _HAN.search(single) else single).strip()


def unmarked(text: str) -> str:
    """`text` without the marks of light markup; of a link its words are left."""
    bare = _LINKS.sub(lambda found: found.group(1) or "", text) if "[" in text or "<" in text else text
    return _MARKUP.sub("", bare) if any(mark in bare for mark in _MARKS) else bare


def unlisted(text: str) -> str:
    """`text` without what lists put before their lines: bullets, "(a)", "2."; they are numbers, and say nothing."""
    return _ITEM.sub("", text)


@lru_cache(maxsize=2048)
def essence(text: str) -> str:
    """What `text` says, letter by letter: no blanks, no marks but those of figures. Equal essences say the same in the same words."""
    plain = fold(unlisted(unmarked(text)))
    return "".join(_SAID.findall(re.sub(r"(?<=\d),\s?(?=\d{3}(?!\d))", "", plain)))
