"""Claims: which sentence of a letter stands on which grounds. A sentence says nothing that they do not, or bears the mark of a gap.

Pure: texts in, texts out. It errs on the side of silence: what cannot be shown does not stand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.evidence import Evidence
from bot.domain.gaps import GAP, gaps_in
from bot.domain.grounding import sentences, supports, unproven, verbatim
from skills.exec_outreach.register import BOASTS, FAMILY, PRICES

QUOTED = re.compile(r"“(?P<words>[^”]+)”")
NUMBER_OF_PAGE = re.compile(r"第\s?(\d+)\s?页")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and what it stands on. gaps: what in it is still to be filled in."""

    text: str
    grounds: tuple[Evidence, ...] = ()
    gaps: tuple[str, ...] = ()


def told_by(grounds: Sequence[Evidence]) -> tuple[str, ...]:
    """The texts that grounds are held against: the words, and where they stand."""
    return tuple(f"{one.quote}\n{one.source}\n{one.locator}" for one in grounds)


def invented(sentence: str, grounds: Sequence[Evidence], names: Sequence[str] = ()) -> tuple[str, ...]:
    """Figures, days, codes, names and quotes that neither the grounds nor `names` (whoever the letter is between) have."""
    bare = GAP.sub(" ", sentence)
    told = (*told_by(grounds), *names)
    quotes = [found["words"] for found in QUOTED.finditer(bare)]
    false = [one for one in quotes if not any(verbatim(one, text) for text in told)]
    return (*false, *unproven(NUMBER_OF_PAGE.sub(r"p. \1", QUOTED.sub(" ", bare)), told))


def stands(sentence: str, grounds: Sequence[Evidence], frame: Sequence[str], names: Sequence[str] = ()) -> bool:
    """Whether a sentence of a chat model's says only what its grounds and the `frame` say.

    frame: the sentences of the plain draft, which hold no fact beside their grounds: greeting, request and sign-off are phrased after them.
    """
    free = QUOTED.sub(" ", GAP.sub(" ", sentence))
    if invented(sentence, grounds, names) or BOASTS.search(free) or PRICES.search(free) or FAMILY.search(free):
        return False
    return supports((*told_by(grounds), *frame, *names), free) or not free.strip(" ,，。.!！?？:：;；")


def claims_of(body: str, grounds: Sequence[Evidence], names: Sequence[str]) -> tuple[Claim, ...]:
    """The sentences of a body that say a fact, or leave one open, each with the grounds that share its facts."""
    found = []
    for sentence in sentences(body):
        gaps = gaps_in(sentence)
        facts = unproven(QUOTED.sub(" ", GAP.sub(" ", sentence)), names) or QUOTED.search(sentence)
        if facts or gaps:
            theirs = tuple(one for one in grounds if not set(invented(sentence, (one,), names)) >= set(invented(sentence, (), names)))
            found.append(Claim(sentence, theirs, gaps))
    return tuple(found)
