"""Who does what until when: promises of both sides, and what one side asked and the other took on. Knows no task of a record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.ports import Reader
from skills.meeting_minutes.clauses import clauses, is_chinese
from skills.meeting_minutes.due import Due, dues
from skills.meeting_minutes.meeting import Action, Meeting, Quote, Said
from skills.meeting_minutes.signs import begins, has, overlap, plain

SOON = 3
"""Turns behind a promise in which its day may be told."""
SHORT = 16
"""Characters up to which a turn only answers."""
OTHERS = re.compile(
    r"(?:让|叫|请|安排)(?!人|大家|同事|个|一)(?P<zh>[\u3400-\u9fff]{2,4}?|[a-z]{2,12} ?)"
    r"(?=给|发|出|做|来|去|把|改|联系|准备|整理|跟|陪|带|录|尽快|明天|今天|下|这|周)"
    r"|\b(?P<own>(?:our|the) (?:\w+ )?(?:engineer|technician|consultant|team|lawyers?|colleague|specialist|support))"
    r" (?:will|can|is going to)"
    r"|\b(?:have|get|ask) (?P<en>support|legal|finance|engineering|product|marketing|our \w+(?: team)?|my \w+|the \w+ team) (?:to )?"
    r"(?=send|share|do|call|draft|prepare|write|fix|check|look|set|provide|email|run|update|get|come)"
)
ASKING = re.compile(r"^(?:你|您|能不能|麻烦)|[发给]我|\b(?:can|could|would) (?:you|we|i)\b.*$")
TAKING = re.compile(r"我(?:把|来|去|回去|明天|后天|下|让|今|会|这)|\bill\b|i will")
HOLLOW = re.compile(r"\b(?:that|this|it|both)\b|这个|那个|回话|答复|回复|说法|问问|确认")
DONE = re.compile(r"(?:过|了)$|\b(?:already|have sent|sent you)\b")
"""What was done already is no promise."""
BARE = 7
THING = 14
"""Characters from which a Chinese promise names its thing itself."""
GIVES = re.compile(r"发[您你]|给[您你]|\bill\b|\bi will\b|\bi can (?:give|send|get|bring|share)\b|我来|我去")
"""Words of trouble among these promise help."""
AGREES = re.compile(r"^[^ ]{0,8}(?:可以|没问题|行|ok)$")
"""A short answer whose yes stands at its end: 下周四可以."""
WHEN = re.compile(r"什么时候|哪天|几号|多久|何时|\bwhen\b|how soon|what day")


@dataclass(frozen=True, slots=True)
class _Open:
    """A task that is being told.

    words: where it stands; asked, offered: whether it was only asked for, or offered, so far; an offer counts once it has a day.
    """

    owner: str
    words: tuple[tuple[Said, str], ...]
    due: date | None
    asked: bool = False
    reply: bool = False
    offered: bool = False

    @property
    def last(self) -> int:
        """The place of the last turn that told of it."""
        return self.words[-1][0].place


async def actions(meeting: Meeting, reader: Reader, settled: frozenset[int] = frozenset()) -> tuple[Action, ...]:
    """The tasks, in the order in which they came up. settled: turns that only sum up or tell of money and the time to decide."""
    told: list[_Open] = []
    for turn in meeting.turns:
        said = plain(turn.text)
        if turn.place in settled or has("recap", said):
            continue
        found = await dues(turn.text, meeting, reader)
        if (fresh := _promised(turn, said, found, meeting)) and not _refused(turn, meeting):
            _take_in(told, fresh, meeting)
        elif _wanted(turn, said):
            _ask(told, turn, found, meeting)
        elif told:
            _add(told, turn, said, found, meeting)
    return tuple(_action(one) for one in _absorbed(told) if not one.asked and (one.due or not one.offered))


def _refused(turn: Said, meeting: Meeting) -> bool:
    """An offer that is asked as a question is a promise only once it was taken."""
    if not has("asks", plain(turn.text)) and "吗" not in turn.text and "行吗" not in turn.text:
        return False
    after = meeting.turns[turn.place + 1 : turn.place + 2]
    return not (after and (begins("accepts", plain(after[0].text)) or AGREES.search(plain(after[0].text))))


def _promised(turn: Said, said: str, found: Sequence[Due], meeting: Meeting) -> list[_Open]:
    """The promises of one turn; two days in it are two tasks."""
    owner = _owner(turn, said, meeting)
    if owner is None:
        return []
    pieces = _pieces(turn.text, said, found)
    offered = has("offers", said)
    return [
        _Open(owner, ((turn, words),), due, reply=has("reply", plain(words)) or _bare(words), offered=offered and due is None)
        for words, due in pieces
    ]


def _pieces(text: str, said: str, found: Sequence[Due]) -> list[tuple[str, date | None]]:
    """Stretches of a promise that end with a day of their own, where there are two."""
    exact = list(found)
    if len(exact) < 2:  # noqa: PLR2004 - two days make two tasks
        return [(_relevant(text), exact[0].day if exact else None)]
    if is_chinese(text) or len(said) != len(text):
        return [(_relevant(text), exact[-1].day)]
    cuts = [0, *(one.end for one in exact)]
    return [(text[start:end].strip(), one.day) for start, end, one in zip(cuts, cuts[1:], exact, strict=False)]


def _relevant(text: str) -> str:
    """A turn without the clauses that only nod."""
    kept = [text[one.start : one.end] for one in clauses(text) if not _nods(one.plain)]
    return " ".join(kept) or text


def _nods(said: str) -> bool:
    return len(said) <= 4 and begins("accepts", said)  # noqa: PLR2004 - a nod is a word


def _owner(turn: Said, said: str, meeting: Meeting) -> str | None:
    """Who takes it on by these words; None when nobody does."""
    named = next((name for name in meeting.people if _acts_named(name, turn, said)), None)
    if named is not None:
        return named
    if not has("promise", said) or _is_asked(turn, said):
        return None
    if DONE.search(said):
        return None
    other = OTHERS.search(said)
    told = next((one.strip() for one in other.groups() if one), None) if other else None
    return _as_written(told, turn.text) if told else turn.speaker


def _as_written(name: str, text: str) -> str:
    """A name that was found in plain words, as it stands in the turn."""
    found = re.search(re.escape(name), text, re.IGNORECASE)
    return found.group() if found else name


def _is_asked(turn: Said, said: str) -> bool:
    """Words that sound like a promise, and ask for one: 你给我, can you."""
    if ASKING.search(said) and not TAKING.search(said):
        return True
    return bool(has("trouble", said) and not turn.ours and not GIVES.search(said))


def _acts_named(name: str, turn: Said, said: str) -> bool:
    """Whether `name` is told to do something, by somebody of their own side, with a day or the thing to hand over."""
    if name == turn.speaker or meeting_side(name, turn):
        return False
    if not is_chinese(turn.text):
        first = re.escape(plain(name).split()[0])
        return re.search(rf"\b{first} (?:will|can|is going to) (?!be|have|need|want|say|tell|know)\w+", said) is not None
    at = said.find(plain(name))
    behind = said[at + len(plain(name)) :] if at >= 0 else ""
    return bool(behind) and has("dated_do", behind) and not has("asks", said) and bool(re.search(r"周|号|天|月|星期|礼拜|前", said))


def meeting_side(name: str, turn: Said) -> bool:
    """A name that is only greeted opens a turn and is followed by a pause."""
    return turn.text.startswith(f"{name} ") and is_chinese(turn.text)


def _wanted(turn: Said, said: str) -> bool:
    if turn.ours or (has("promise", said) and not _is_asked(turn, said)):
        return False
    return has("wants", said) and not WHEN.search(said)


def _ask(told: list[_Open], turn: Said, found: Sequence[Due], meeting: Meeting) -> None:
    """Something is asked for: of the task just promised, its terms; else a task once our side takes it on."""
    due = found[-1].day if found else None
    behind = bool(told) and not told[-1].asked and turn.place - told[-1].last <= 1
    if behind and (len(turn.text) <= SHORT * 2 or due) and _same_thing(told[-1], turn):
        told[-1] = replace(told[-1], words=(*told[-1].words, (turn, turn.text)), due=due or told[-1].due)
        return
    after = [one for one in meeting.turns[turn.place + 1 : turn.place + 3] if one.ours]
    owner = after[0].speaker if after else next((name for name, ours in meeting.people.items() if ours), "")
    before = meeting.turns[turn.place - 1 : turn.place] if HOLLOW.search(plain(turn.text)) else ()
    words = (*((one, one.text) for one in before if one.ours), (turn, turn.text))
    told.append(_Open(owner, words, due, asked=True))


def _same_thing(one: _Open, turn: Said) -> bool:
    """Terms of a promise name no new thing: 这个月底给我, in writing; or the same one."""
    said = plain(turn.text)
    if re.search(r"^(?:and |also |can you also|could you also|another|另外|还有|[^ ]{2,6}(?:你们|您)[^ ]*给我)", said):
        return False
    return one.due is None or len(turn.text) <= SHORT


def _take_in(told: list[_Open], fresh: Sequence[_Open], meeting: Meeting) -> None:
    """Promises join the request that they answer."""
    first = fresh[0]
    turn = first.words[0][0]
    if told and told[-1].asked and turn.ours and turn.place - told[-1].last <= 2:  # noqa: PLR2004 - at most a word between
        asked = told.pop()
        told.append(_Open(first.owner, (*asked.words, *first.words), first.due or asked.due, reply=False))
        told.extend(fresh[1:])
        return
    before = meeting.turns[turn.place - 1] if turn.place else None
    if before is not None and before.ours != turn.ours and _hollow(first.words[0][1]):
        first = replace(first, words=(first.words[0], (before, before.text)))
    if told and told[-1].owner == first.owner and turn.place == told[-1].last + 1 and first.reply and told[-1].due is None:
        told[-1] = replace(told[-1], words=(*told[-1].words, *first.words), due=first.due)
        return
    told.append(first)
    told.extend(fresh[1:])


def _hollow(words: str) -> bool:
    """Whether a promise leaves its thing to what was said before."""
    return bool(HOLLOW.search(plain(words))) and not (is_chinese(words) and len(words) > THING and not has("reply", plain(words)))


def _bare(words: str) -> bool:
    """A promise without a thing: 我后天给您."""
    return is_chinese(words) and len(words) <= BARE


def _is_its_day(turn: Said, last: _Open, meeting: Meeting) -> bool:
    """A short turn right behind a task, or behind the question when it will be, tells its day."""
    near = turn.place - last.last
    asked = bool(WHEN.search(plain(meeting.turns[turn.place - 1].text)))
    return len(turn.text) <= SHORT * 2 and (near <= 1 or (asked and near <= SOON))


def _add(told: list[_Open], turn: Said, said: str, found: Sequence[Due], meeting: Meeting) -> None:
    """A turn that only nods to a request, or tells the day of a task."""
    last = told[-1]
    if last.asked and turn.ours and begins("accepts", said) and turn.place - last.last <= 2:  # noqa: PLR2004 - at most a word between
        told[-1] = replace(last, asked=False, owner=turn.speaker, due=(found[-1].day if found else None) or last.due)
    elif last.due is None and found and _is_its_day(turn, last, meeting) and not has("decides", said):
        told[-1] = replace(last, due=found[-1].day, asked=last.asked and not turn.ours)


def _absorbed(told: Sequence[_Open]) -> list[_Open]:
    """A promise to come back answers what the same person left open before; a thing promised twice is one."""
    kept: list[_Open] = []
    for one in told:
        open_before = [place for place, other in enumerate(kept) if other.owner == one.owner and other.due is None and not other.asked]
        if one.reply and one.due and open_before and one.last - kept[open_before[-1]].last <= 2 * SOON:
            other = kept.pop(open_before[-1])
            one = replace(one, words=(*one.words, *other.words))  # noqa: PLW2901 - the two are one task
        elif one.due and (same := [place for place in open_before if _shares(kept[place], one)]):
            kept.pop(same[-1])
        kept.append(one)
    return kept


def _shares(one: _Open, other: _Open) -> bool:
    """Whether two tasks name the same thing."""
    return overlap(one.words[-1][1], other.words[0][1])


def _action(one: _Open) -> Action:
    turn, words = one.words[0]
    return Action(" / ".join(dict.fromkeys(text for _, text in one.words)), one.owner, one.due, Quote(words, turn.speaker, turn.place))
