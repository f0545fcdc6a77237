"""Texts of contracts without what only typography says: width, case, blanks, marks. Knows no clause."""

import re
import unicodedata
from functools import lru_cache

HAN = "\u3400-\u9fff"
_QUOTES = str.maketrans(dict(zip("“”‘’「」《》–—", "\"\"''\"\"<>--", strict=True)) | {"\u00ad": ""})
_BLANKS = re.compile(rf"\s+(?=[{HAN}])|(?<=[{HAN}])\s+|(?<=\s)\s+")
_LINKS = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)?\)|<a\b[^<>]*>|</a>|<https?://[^<>\s]+>", re.IGNORECASE)
_MARKUP = re.compile(r"\*\*|__|`|^#{1,6}\s+|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)|\\(?=[-.*_#\[\]])", re.MULTILINE)
_ITEM_NUMBER = r"(?:[ivx]{1,5}|[a-z]|\d{1,2})"
_ITEM = re.compile(
    rf"^\s*(?:[-*•+]\s+)?(?:[(（]?{_ITEM_NUMBER}[.)）]\s+|[(（]{_ITEM_NUMBER}[)）])?", re.MULTILINE | re.IGNORECASE
)
_SAID = re.compile(r"\d+(?:\.\d+)+|[^\W_]+|[%‰$€£¥]")


def fold(text: str) -> str:
    """`text` in half width and lower case, with plain quotes, no blanks around Chinese and single ones elsewhere."""
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES).lower()
    return _BLANKS.sub("", folded.replace("\n", " ").replace("\t", " ")).strip()


def unmarked(text: str) -> str:
    """`text` without the marks of light markup; of a link its words are left."""
    return _MARKUP.sub("", _LINKS.sub(lambda found: found.group(1) or "", text))


def unlisted(text: str) -> str:
    """`text` without what lists put before their lines: bullets, "(a)", "2."; they are numbers, and say nothing."""
    return _ITEM.sub("", text)


@lru_cache(maxsize=2048)
def essence(text: str) -> str:
    """What `text` says, letter by letter: no blanks, no marks but those of figures. Equal essences say the same in the same words."""
    plain = fold(unlisted(unmarked(text)))
    return "".join(_SAID.findall(re.sub(r"(?<=\d),\s?(?=\d{3}(?!\d))", "", plain)))
