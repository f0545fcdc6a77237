"""Text as it reads once disguise is taken off: width, marks, look-alike letters, spaces inside words, markup. Knows letters; no meaning."""

import re
import unicodedata
from html import unescape

_TRADITIONAL = ""
_SIMPLIFIED = ""
_LOOKALIKES = str.maketrans(
    "авеёзікмнорстухьѕјӏԁɡαβεικνορτυχςϲοɑıÐøłƒ総経縂亊侒", "abee3ikmhopctyxbsjldgabeiknoptuxccoaidolf总经总事安"
)
_LEET = str.maketrans("013457@$€", "oieast" + "ase")
_TAG = re.compile(r"<(?![^>]*@)/?[a-zA-Z!][^<>]{0,60}>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_MARKUP = re.compile(r"[*`~#|\u00ad]+|^[ \t]*>+[ \t]?|(?<!\w)_+|_+(?!\w)", re.MULTILINE)
_HAN = "\u3400-\u9fff"
_GAP = re.compile(rf"(?<=[{_HAN}])[ \t\u3000._\-/·•+=^]{{1,4}}(?=[{_HAN}])")
_SPELT = re.compile(r"(?<![a-z0-9])[a-z](?:[ ._\-/·•+]{1,3}[a-z]){1,}(?![a-z0-9])")
_LEETED = re.compile(r"[a-z0-9@$€]*[a-z][a-z0-9@$€]*")
_SPACE = re.compile(r"[ \t\u00a0\u3000]+")
_PAIRS = frozenset({"vp", "md", "gm"})


def plain(text: str) -> str:
    """`text` in small half-width simplified letters, without marks, markup and gaps inside words.

    Titles and acronyms spelt letter by letter, or with figures for letters, are put together where that makes one that is known.
    """
    bare = _TAG.sub("", unescape(_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)))
    split = unicodedata.normalize("NFKD", bare)
    kept = "".join(one for one in split if unicodedata.category(one) not in {"Mn", "Cf", "Me", "Co", "Cn"} or one == "\n")
    folded = unicodedata.normalize("NFKC", kept).lower().translate(_LOOKALIKES).translate(_SIMPLER)
    folded = _SPACE.sub(" ", _MARKUP.sub("", folded))
    folded = _GAP.sub("", folded)
    return _LEETED.sub(_unleeted, _SPELT.sub(_together, folded))


_SIMPLER = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
_KNOWN = frozenset({
    "ceo", "cfo", "coo", "cto", "cio", "cmo", "cxo", "boss", "chairman", "president", "founder", "owner", "director", "board", "chief",
    "laoban", "zongcai", "zongjingli", "dongshizhang", "executive", "vice",
})  # fmt: skip
_LONG = 3


def _together(found: re.Match[str]) -> str:
    joined = re.sub(r"[^a-z]", "", found[0])
    return joined if len(joined) >= _LONG or joined in _PAIRS else found[0]


def _unleeted(found: re.Match[str]) -> str:
    word = found[0]
    if word.isalpha() or not re.search(r"[a-z]", word):
        return word
    meant = word.translate(_LEET)
    return meant if meant in _KNOWN else word
