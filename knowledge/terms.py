"""What the word index holds of a text, and what it is asked for. Knows characters of zh and en; knows no index and no storage.

Chinese is indexed by single characters and pairs of neighbours, which beat a dictionary's words (DECISIONS.md); other words
lose their case, their accents and the commonest English endings. Only the index is folded: texts stay as they were written.
"""

import re
import unicodedata
from functools import cache
from typing import Protocol

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
RUN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[.\-'’/&+][^\W_{HAN}]+)*%?")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
PARTS = re.compile(r"[.\-'’/&+%]")
MIXED = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
LONGEST_QUERY = 96
"""Terms; what a question has beyond them says little and costs time."""

WEAK_HAN = frozenset("的了吗呢吧啊么是在有和与或及就也都还个这那其之为被把从到对于以而所我你他她它们请问给让能可会要")
ASKING = frozenset({
    "什么", "多少", "哪些", "哪个", "哪里", "哪儿", "如何", "怎么", "怎样", "为何", "是否", "多久", "几个", "谁的",
    "是谁", "是什", "有什", "有哪", "有多", "请问",
})
WEAK = frozenset({
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "d", "did", "do", "does", "for", "from",
    "had", "has", "have", "he", "her", "him", "his", "how", "i", "if", "in", "into", "is", "it", "its", "ll", "m", "may", "me",
    "might", "my", "no", "not", "of", "on", "or", "our", "re", "s", "shall", "she", "should", "so", "t", "than", "that", "the",
    "their", "them", "then", "there", "these", "they", "this", "those", "to", "us", "ve", "was", "we", "were", "what", "when",
    "where", "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
})


class Folding(Protocol):
    """Traditional Chinese to simplified, character for character in meaning."""

    def convert(self, text: str) -> str:
        """The folded text."""
        ...


@cache
def _folding() -> Folding:
    import opencc  # noqa: PLC0415 - 0.1 s, and English text never needs it

    folding: Folding = opencc.OpenCC("t2s")
    return folding


def fold(text: str) -> str:
    """One writing for what reads the same: width, case, accents, traditional and simplified characters."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if any("\u3400" <= char <= "\u9fff" for char in plain):
        plain = _folding().convert(plain)
    if plain.isascii():
        return GROUPED.sub("", plain)
    bare = "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))
    return GROUPED.sub("", unicodedata.normalize("NFC", bare))


def index_terms(text: str) -> list[str]:
    """The terms of a text, in its order, repeated as they repeat; none holds a blank or a quote mark."""
    terms: list[str] = []
    for run in RUN.findall(fold(text)):
        terms.extend(_han(run) if _is_han(run[0]) else _word(run))
    return terms


def query_terms(text: str) -> list[str]:
    """The terms that a question is looked up by: without the words of asking, each once; with them when nothing else is left."""
    every = list(dict.fromkeys(index_terms(text)))
    strong = [term for term in every if not is_weak(term)]
    return (strong or every)[:LONGEST_QUERY]


def _is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff"


def _han(run: str) -> list[str]:
    return [*run, *(run[at:at + 2] for at in range(len(run) - 1))]


def _word(run: str) -> list[str]:
    if NUMBER.fullmatch(run):
        return [run, run[:-1]] if run.endswith("%") else [run]
    parts = [part for part in PARTS.split(run) if part]
    pieces = [piece for part in parts for piece in _pieces(part)]
    return [*pieces, "".join(parts)] if len(parts) > 1 else pieces


def _pieces(part: str) -> list[str]:
    if part.isascii() and part.isalpha():
        return [stem(part)]
    found = MIXED.findall(part)
    return [part] if len(found) <= 1 else [part, *(piece for piece in found if len(piece) > 1)]


def stem(word: str) -> str:
    """An English word without its commonest endings, so that "discounts" finds "discount" and "applied" finds "apply"."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004 - "dies", "ties" keep theirs
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is")):  # noqa: PLR2004 - "gas", "bus"
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zes")) else word[:-1]
    if len(word) > 5 and word.endswith("ied"):  # noqa: PLR2004
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        root = word.removesuffix(ending)
        if root != word and len(root) > 2 and any(vowel in root for vowel in "aeiouy"):  # noqa: PLR2004 - "red", "king"
            doubled = root[-1] == root[-2] and root[-1] not in "lsz"
            return root[:-1] if doubled else root.removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word  # noqa: PLR2004 - "price" meets "pricing"


def is_weak(term: str) -> bool:
    """Whether a term says nothing about what a text is about."""
    if _is_han(term[0]):
        return term in ASKING or all(char in WEAK_HAN for char in term)
    return term in WEAK or (len(term) == 1 and not term.isdigit())
