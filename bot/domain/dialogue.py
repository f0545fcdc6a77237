"""What was said by whom, as meeting software and people write it down: names, times, words. Knows no meaning of the words."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

LONGEST = 200_000
"""Characters of a recording, a file or pasted talk that are read: two hours of talk are about 40,000 Chinese ones."""
LEAST_LINES, LEAST_PEOPLE = 6, 2
"""Lines with names, and names, from which a text is somebody's talk."""
MOSTLY = 0.5
"""The share of a talk's lines that has a name or a time."""
SPOKEN = 5
"""Characters that a turn of talk has at least, on the whole; a list of values has fewer."""
LOOKED = 20_000
"""Characters by which a text's look is judged."""
RUN = 400
"""Characters up to which stretches of one speaker are one turn, where a file cuts them every few seconds."""

TIME = r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}[ T]+)?\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
NAME = r"(?:[A-Za-z][\w.'’ -]{0,30}?|[\u3400-\u9fff·]{2,8}|(?:发言人|说话人|讲话人|嘉宾) ?\d{1,2})"
ROLE = r"(?:\s*[(（](?P<who>[^)）]{0,40})[)）])?"
BEHIND = rf"[\[(（]?(?P<behind>{TIME})[\])）]?"
SAID = re.compile(rf"^\s*(?:[\[(（]?(?P<at>{TIME})[\])）]?\s*)?(?P<name>{NAME}){ROLE}(?P<late>)\s*(?:{BEHIND}\s*)?[:：]\s*(?P<said>\S.*)$")
HEADED = re.compile(
    rf"^\s*(?:[\[(（]?(?P<at>{TIME})[\])）]?\s+(?P<late>{NAME})|(?P<name>{NAME}){ROLE}\s*{BEHIND})\s*[:：]?\s*$"
)
TIMED = re.compile(rf"^\s*[\[(（](?P<at>{TIME})[\])）]\s*(?P<said>\S.*)$")
CLOCK = re.compile(r"\d{1,2}(?::\d\d){1,2}(?:[.,]\d{1,3})?")
CUE = re.compile(r"^\s*(?P<at>(?:\d{1,2}:)?\d{1,2}:\d\d[.,]\d{1,3})\s*-->\s*(?P<to>(?:\d{1,2}:)?\d{1,2}:\d\d[.,]\d{1,3})")
VOICE = re.compile(r"^<v(?:\.[\w.]+)?\s+(?P<name>[^>]{1,40})>(?P<said>.*)$", re.DOTALL)
TAG = re.compile(r"</?(?:v|i|b|u|c|font|lang|ruby|rt)\b[^>]{0,80}>|\{\\an\d\}")
KEY = re.compile(
    r"^(?:会议|主题|议题|标题|时间|日期|地点|参会|与会|参加|出席|主持|记录|备注|说明|客户|项目|附件|内容|摘要|关键词|文件)\S{0,4}$"
    r"|^(?:meeting|title|topic|subject|date|time|location|place|where|when|attendees?|participants?|present|agenda|notes?|re|from|to|cc|sent"
    r"|recording|duration|account|customer|client|project|summary|keywords|file|http|https|transcript)$",
    re.IGNORECASE,
)
"""What stands before a colon at the top of a page, and is nobody's name."""
KEYED = re.compile(r"^\s*[^:：]{1,14}[:：]\s*\S|^\s*\d{4}[-/.年]")
"""A line at the top of a page that only heads it."""
PRESENT = re.compile(
    r"^\s*(?:(?:参会|与会|参加|出席)\S{0,3}|attendees?|participants?|present)\s*[:：]\s*(?P<who>.+)$", re.IGNORECASE
)
WHEN = re.compile(r"(?:[上下中]午|晚上|[今明后昨]天|[周期][一二三四五六日天]|\b(?:at|by|from|until|before|after|to))$", re.IGNORECASE)
"""What stands before a time, and is nobody's name."""
BETWEEN = re.compile(r"[、;；]|,(?![^(（]*[)）])|，(?![^(（]*[)）])|\s+and\s+(?![^(（]*[)）])")
FORMAL = ("WEBVTT", "NOTE", "STYLE", "Kind:", "Language:")
NAMELESS = frozenset({"q", "a", "问", "答"})
"""Questions and answers of a page are no talk."""
ENDS = re.compile(r"(?<=[。！？!?])|(?<=[.;；])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Spoke:
    """One stretch of talk. speaker: "" where nobody is named. at: when, as people read it (`12:40`), "" where no time stands.

    at_s: the same in seconds.
    """

    speaker: str
    text: str
    at: str = ""
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Talk in order. head: what stands before it. people: who takes part, as the head or the labels write them: `name (who they are)`."""

    head: str
    spoke: tuple[Spoke, ...]
    people: tuple[str, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """The names of those who speak, each once, in order."""
        return tuple(dict.fromkeys(one.speaker for one in self.spoke if one.speaker))

    @property
    def separate(self) -> bool:
        """Whether it tells who speaks."""
        return len(self.speakers) >= LEAST_PEOPLE

    @property
    def length_s(self) -> float:
        """Seconds from its first time to its last; 0 where no times stand."""
        times = [one.at_s for one in self.spoke if one.at_s is not None]
        return max(times) - min(times) if times else 0.0


def read_dialogue(text: str) -> Dialogue:
    """The talk in `text`: `name: words`, a name and a time above words, times in brackets, WebVTT or SubRip.

    A line without a name goes on with the one before. Where nobody is named there are only stretches with times; else none at all.
    """
    lines = text.splitlines()
    if any(CUE.match(line) for line in lines):
        return _cued(lines)
    head, spoke, people = list[str](), list[Spoke](), list[str]()
    for line in lines:
        begun = _begun(line)
        if begun is not None:
            one, who = begun
            spoke.append(one)
            people += [f"{one.speaker} ({who})"] if who else []
        elif spoke and line.strip():
            spoke[-1] = replace(spoke[-1], text=f"{spoke[-1].text} {line.strip()}".strip())
        elif not spoke:
            head.append(line)
    told = tuple(one for one in spoke if one.text)
    return Dialogue("\n".join(head).strip(), told, (*_present(head), *dict.fromkeys(people)))


def is_dialogue(text: str) -> bool:
    """Whether `text` looks like what several people said in turn, or like the subtitles of a recording."""
    text = text[:LOOKED]
    read = read_dialogue(text)
    if any(CUE.match(line) for line in text.splitlines()):
        return len(read.spoke) >= LEAST_PEOPLE
    names = Counter(one.speaker for one in read.spoke if one.speaker)
    if {name.lower() for name in names} <= NAMELESS or len(names) < LEAST_PEOPLE or sum(names.values()) < LEAST_LINES:
        return False
    begun = sum(1 for line in text.splitlines() if _begun(line) is not None)
    written = sum(1 for line in text.splitlines() if line.strip()) - len(read.head.splitlines())
    comes_back = max(names.values()) > 1 and sum(names.values()) >= 2 * len(names) - 1
    talks = sum(len(one.text) for one in read.spoke) >= SPOKEN * len(read.spoke)
    return comes_back and talks and begun >= MOSTLY * min(written, 2 * sum(names.values()))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Where each sentence of `text` begins, and the sentence."""
    cuts = sorted({0, *(match.end() for match in ENDS.finditer(text)), len(text)})
    for start, end in pairwise(cuts):
        said = text[start:end].strip()
        if said:
            yield start + text[start:end].index(said), said


def clock(seconds: float) -> str:
    """A time of a recording, as people read it: 12:40, 1:02:03."""
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes:02}:{whole % 60:02}"


def _begun(line: str) -> tuple[Spoke, str] | None:
    """A line that begins a stretch: who, when, and who they are said to be."""
    if ":" not in line and "：" not in line:
        return None
    for pattern in (HEADED, SAID):
        if (match := pattern.match(line)) and not _is_key(name := match["name"] or match["late"]):
            at, said = match["at"] or match["behind"] or "", match["said"] if pattern is SAID else ""
            return Spoke(name.strip(), said.strip(), _shown(at), _seconds(at)), match["who"] or ""
    if match := TIMED.match(line):
        return Spoke("", match["said"].strip(), _shown(match["at"]), _seconds(match["at"])), ""
    return None


def _is_key(name: str) -> bool:
    return KEY.match(name.strip()) is not None or WHEN.search(name.strip()) is not None


def _present(head: Sequence[str]) -> tuple[str, ...]:
    """Who takes part, as the top of the page lists them."""
    found = [match["who"] for line in head if (match := PRESENT.match(line))]
    return tuple(one.strip() for listed in found for one in BETWEEN.split(listed) if one.strip())


def _cued(lines: Sequence[str]) -> Dialogue:
    """Subtitles: stretches of a speaker are put together, for they are cut where the screen is full."""
    found, at, head, within = list[Spoke](), None, list[str](), False
    for line in (*lines, ""):
        if match := CUE.match(line):
            at, within = match["at"], True
        elif within and line.strip() and at is not None:
            _put(found, line.strip(), at)
        elif within:
            within = False
        elif not found and line.strip() and not line.strip().isdigit() and not line.startswith(FORMAL):
            head.append(line)
    return Dialogue("\n".join(head).strip(), tuple(found), _present(head))


def _put(found: list[Spoke], line: str, at: str) -> None:
    name, said = "", line
    if voice := VOICE.match(line):
        name, said = voice["name"].strip(), voice["said"]
    elif (match := SAID.match(TAG.sub("", line))) and not _is_key(match["name"]):
        name, said = match["name"].strip(), match["said"]
    said = TAG.sub("", said).strip()
    last = found[-1] if found else None
    whole = last is not None and (len(last.text) > RUN or (not last.speaker and last.text[-1:] in "。！？.!?"))
    if said and (last is None or whole or name not in {"", last.speaker}):
        found.append(Spoke(name or (last.speaker if last else ""), said, _shown(at), _seconds(at)))
    elif said and last is not None:
        found[-1] = replace(last, text=f"{last.text} {said}")


def _seconds(at: str) -> float | None:
    if not at:
        return None
    seconds = 0.0
    for part in CLOCK.findall(at)[-1].replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds


def _shown(at: str) -> str:
    """Without a day, fractions, and hours that are none."""
    bare = re.sub(r"[.,]\d{1,3}$", "", CLOCK.findall(at)[-1]) if at else ""
    return re.sub(r"^(?:0?0:(?=\d\d:\d\d$)|0(?=\d:\d\d:\d\d$))", "", bare)
