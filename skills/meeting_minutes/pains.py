"""What troubles the account: their words only, one pain for all that is said of one thing. Knows no remedy and nobody's record."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.meeting_minutes.clauses import Clause, clauses
from skills.meeting_minutes.meeting import Confidence, Meeting, Pain, Quote, Said
from skills.meeting_minutes.signs import begins, count, has, overlap, plain

ENOUGH = 1.0
"""Score from which a clause tells of trouble."""
BAR = 0.0
SHARE = 0.8
MOST = 2.0
"""Of a turn that was listened to: its log odds and this share of what its words score, at most `MOST`, must come to `BAR`."""
ORDERS = re.compile(
    "别(?:给|拿|影响|超|光|再|把|让)|不要(?:给|拿|影响|超)|预算|budget|先看|再说|^(?:dont|do not|please) "
    r"|\b(?:whatever|anything) (?:we|you) (?:buy|choose|pick|do)\b|\b(?:it|this|that|system|platform) (?:has|have|needs?) to\b"
)
"""What a line orders, requires, or tells of money is no trouble that only sounds like one."""
ALONE = 0.8
"""Log odds from which a turn tells of trouble though no word of it does."""
STRONG = 2.5
"""Log odds that outweigh words that seem to ask or to promise."""
LEAST = 5
"""Characters that a turn has at least to tell of a trouble."""
FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千万半]+多?(?:个|次|台|万|成|百|千|单|件|天|小时|吨|人|家|张|起|回|分|块|套|周|年|遍|条|户|店|倍|吨)"
    r"|百分之|几百|几千|几万|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|percent|half|third|dozen|twice)\b"
)
DENIES = re.compile(r"^(?:没有?|不(?!光|仅|只|过|准|够|懂|知)|倒不|还没|还行|也还|no\b|not\b|nope|nah|actually no|never)")
HEAVY = 2
"""Words of trouble in a turn that make it more than a passing remark."""
SINGLE = re.compile(r"一[个次下台张家点]|\bone\b")
"""A figure that counts nothing."""
NEAR = 3
"""Turns within which a thread goes on over what our side throws in."""
OPENING = 0.5
LONG = 230
"""Characters that a pain's text has at most."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A turn that tells of trouble. start, end: the words in it that do; score: how much they say."""

    turn: Said
    start: int
    end: int
    score: float

    @property
    def words(self) -> str:
        """Verbatim."""
        return self.turn.text[self.start : self.end]


def pains(meeting: Meeting, spoken_for: frozenset[int], sounding: Mapping[str, float]) -> tuple[Pain, ...]:
    """The account's pains, in the order in which they come up.

    spoken_for: turns that tell of money or time, and nothing else. sounding: text of a turn -> log odds that it tells of trouble; what is
    not in it is judged by words alone.
    """
    threads: list[list[_Told]] = []
    for turn in meeting.turns:
        told = None if turn.ours or turn.place in spoken_for else _told(turn, meeting.turns, sounding.get(turn.text))
        if told is None:
            continue
        if threads and _goes_on(threads[-1], told, meeting.turns):
            threads[-1].append(told)
        else:
            threads.append([told])
    return tuple(_pain(thread) for thread in threads)


def _told(turn: Said, turns: Sequence[Said], sound: float | None) -> _Told | None:
    parts = clauses(turn.text)
    asked = turns[turn.place - 1] if turn.place else None
    if not parts or (asked is not None and asked.ours and _denied(asked, turn)):
        return None
    scored = [(part, trouble(part)) for part in parts]
    words = max(score for _, score in scored)
    bare = all(part.asked or has("asks", part.plain) for part in parts)
    sure = words - ENOUGH if sound is None else SHARE * min(words, MOST) + sound - (1.0 if bare else 0.0) - BAR
    if sure < 0 or (words < ENOUGH and not _heard_alone(parts, sound)) or len(plain(turn.text)) < LEAST:
        return None
    hit = [part for part, score in scored if score >= ENOUGH] or [part for part, score in scored if score > -ENOUGH] or list(parts)
    return _Told(turn, *_around(hit, parts), sure + sum(max(0.0, score) for _, score in scored))


def _heard_alone(parts: Sequence[Clause], sound: float | None) -> bool:
    """Whether a line of no word of trouble sounds like it, and does nothing else."""
    busy = any((_acts(one.plain) and (sound or 0) < STRONG) or has("settles", one.plain) or ORDERS.search(one.plain) for one in parts)
    return sound is not None and sound >= ALONE and not busy and not begins("accepts", parts[0].plain)


def _around(hit: Sequence[Clause], parts: Sequence[Clause]) -> tuple[int, int]:
    """From the first to the last clause of trouble, with a short one before and one that gives a figure behind."""
    first, last = parts.index(hit[0]), parts.index(hit[-1])
    before = parts[first - 1].plain if first else ""
    if before and not has("fine", before) and not has("accepts", before) and not _acts(before):
        first -= 1
    if last + 1 < len(parts) and FIGURE.search(parts[last + 1].plain) and not _acts(parts[last + 1].plain):
        last += 1
    return parts[first].start, parts[last].end


def trouble(part: Clause) -> float:
    """How much a clause tells of trouble; from `ENOUGH` on it does."""
    said = part.plain
    score = 1.0 * min(3, count("trouble", said))
    if score and FIGURE.search(said):
        score += 0.5
    if score and has("event", said):
        score += 0.25
    score -= 1.5 * has("fine", said)
    score -= 1.0 * (part.asked or has("asks", said))
    score -= 1.5 * _acts(said)
    score -= 1.0 * (score <= ENOUGH and has("money", said) and not has("haggle", said))
    return score


def _acts(said: str) -> bool:
    """Whether words ask for something, promise it, settle it, or tell how far the money is."""
    return has("wants", said) or has("promise", said) or (has("money", said) and any(has(one, said) for one in STATES))


STATES = ("frozen", "none", "pending", "approved")


def _denied(asked: Said, turn: Said) -> bool:
    """Our side suggested a trouble, and the answer is no."""
    said, answer = plain(asked.text), plain(turn.text)
    suggested = has("trouble", said) or has("asks", said)
    return bool(suggested and (DENIES.search(answer) or has("fine", answer)) and not _but(answer))


def _but(answer: str) -> bool:
    """Whether a denial takes itself back."""
    after = re.split(r"但是?|就是|只是|不过|\bbut\b|\bthough\b|\bexcept\b|the only thing", answer, maxsplit=1)
    return len(after) > 1 and has("trouble", after[1])


def _goes_on(thread: Sequence[_Told], told: _Told, turns: Sequence[Said]) -> bool:
    """Whether `told` says more of what the thread is about."""
    last, said = thread[-1], plain(told.turn.text)
    between = turns[last.turn.place + 1 : told.turn.place]
    if len(between) > NEAR or begins("turns", said):
        return False
    same = last.turn.speaker == told.turn.speaker != ""
    ours = [plain(one.text) for one in between if one.ours]
    if not ours:
        answered = len(thread) > 1 and last.turn.place > 0 and turns[last.turn.place - 1].ours
        return (same and not answered) or begins("back", said) or overlap(last.words, told.words)
    if same and len(between) == len(ours) and not _new_topic(ours[-1]) and not CLOSED.search(ours[-1]):
        return True
    return (has("digs", ours[-1]) and not _new_topic(ours[-1]) and begins("back", said)) or overlap(last.words, told.words)


CLOSED = re.compile(
    r"记下|明白|了解|清楚|收到|好的?(?:$| )|^好|没问题|我们(?:这边)?(?:有|可以|能|系统|会)|我回去"
    r"|\b(?:noted|understood|got it|okay|ok|right|great|we (?:can|do|have|support|offer)|i can|ill|i will|lets)\b"
)
"""Our side took note, or tells a remedy: what comes behind is a thing of its own."""


ELSEWHERE = re.compile(
    r"那?[^ ]{1,8}(?:这边|这块|方面|呢)$|^那[^ ]{1,6}(?:这边|这块|方面)"
    r"|另外|除了|哪种|哪些|\bwhich\b|\b(?:what|how) about\b|\banything else\b|\bother\b"
)


def _new_topic(asked: str) -> bool:
    """Our side asks for something else, or where and which: what is told then is a thing of its own."""
    return bool(ELSEWHERE.search(asked))


def _pain(thread: Sequence[_Told]) -> Pain:
    best = max(thread, key=lambda one: (_weight(one, first=one is thread[0]), one.turn.place))
    told = [best.words, *(one.words for one in thread if one is not best)]
    whole = [one.turn.text for one in thread]
    text = " / ".join(told)[:LONG]
    return Pain(text, Quote(best.words, best.turn.speaker, best.turn.place), _confidence(plain(" ".join(whole)), plain(best.turn.text)))


def _weight(one: _Told, *, first: bool) -> float:
    """How well a turn stands for its pain: a figure counts; what first names the trouble does before what only measures it."""
    return one.score + (0.75 if FIGURE.search(plain(one.words)) else 0) + (OPENING if first else 0)


def _confidence(whole: str, best: str) -> Confidence:
    if has("haggle", best) and count("trouble", best) < HEAVY:
        return Confidence.LOW
    if has("hedge", best):
        return Confidence.MEDIUM if FIGURE.search(SINGLE.sub("", best)) or count("trouble", best) >= HEAVY else Confidence.LOW
    if FIGURE.search(SINGLE.sub("", whole)) or (has("event", whole) and count("trouble", whole) > 1):
        return Confidence.HIGH
    return Confidence.MEDIUM
