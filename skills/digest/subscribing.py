"""Subscriptions by chat: made, listed, changed, rested and ended as drafts of records; quiet hours as a button. Saves nothing itself."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path

from bot.domain.evidence import Evidence, EvidenceKind
from bot.domain.found import Bound
from bot.domain.ids import Audience
from bot.domain.numerals import fold
from bot.domain.outcome import Answer, Button, Draft
from bot.domain.people import Role
from bot.domain.query import ME, Dir, Filter, Op, Query, Row
from bot.domain.query import Sort as Order
from bot.domain.records import HeldDraft
from bot.domain.recurring import Recurring, changed, hours_in, is_kept_nowhere, recurring_in, said, without_time
from bot.domain.saying import Saying, text
from bot.domain.talk import Turn
from bot.ports import Reader, SeenRecords
from bot.ports.digests import WaitingDrafts

SCHEDULE = "schedule"
DAILY, WEEKLY, QUESTION = "digest.daily", "digest.weekly", "question"
USUAL: Mapping[str, Recurring] = {
    DAILY: Recurring(time(8, 30), workdays=True), WEEKLY: Recurring(time(8, 30), (1,)), QUESTION: Recurring(time(8, 30), workdays=True),
}  # fmt: skip
"""When each comes where nothing else is said."""
SHORTEST_QUESTION, LONGEST_NAME = 4, 24
PAUSES = " ,,。."
LOOSE = re.compile(r"(?:\s*\b(?:every|each|on|at|by|in the)\b)+$|^(?:\b(?:every|each|on|at|by|in the)\b\s*)+", re.IGNORECASE)
"""Small words that a time leaves behind."""
OPENS = time(8)
HOURS = (time(8), time(9), time(17, 30))
DAY = timedelta(days=1)


@cache
def words() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    """Table -> meaning -> one pattern, in the order of the file."""
    raw = tomllib.loads(Path(__file__).with_name("subscribing.toml").read_text(encoding="utf-8"))
    return {table: {name: re.compile("|".join(rows), re.IGNORECASE) for name, rows in names.items()} for table, names in raw.items()}


async def subscribed(
    turn: Turn, said_: Saying, records: SeenRecords, drafts: WaitingDrafts, reader: Reader
) -> Answer | Draft | None:
    """What `turn` comes to where it is about subscriptions or quiet hours; None where a digest is asked for."""
    desk = _Desk(turn, said_, records, reader, fold(turn.text))
    if turn.facts or turn.intent in {"digest_daily", "digest_weekly"}:
        return None
    held = next((one for one in await drafts.waiting() if one.entity == SCHEDULE), None) if turn.memory.continues else None
    if held is not None and (amended := desk.amended(held)):
        return amended
    wish = desk.wish()
    return await desk.done(wish) if wish else None


@dataclass(frozen=True, slots=True)
class _Desk:
    turn: Turn
    said: Saying
    records: SeenRecords
    reader: Reader
    folded: str

    def wish(self) -> str:
        """What is wanted of subscriptions; "" for nothing: a digest is asked for."""
        wish = next((name for name, pattern in words()["wish"].items() if pattern.search(self.folded)), "")
        if wish == "change" and not (self._kind() or recurring_in(self._bare)):
            return ""
        if wish == "subscribe" and not re.search("订阅|subscribe|定时", self.folded) and not self._is_rhythm():
            return wish if is_kept_nowhere(self.folded) else ""
        return wish

    async def done(self, wish: str) -> Answer | Draft:
        """The answer to a wish."""
        if wish == "quiet":
            return self._quiet()
        if is_kept_nowhere(self.folded) and wish in {"subscribe", "change"}:
            return Answer(self.said.say("rhythm_unknown"), found=False)
        mine = await self._mine()
        match wish:
            case "list":
                return self._listed(mine)
            case "subscribe":
                return self._subscribe(mine)
            case "change":
                return self._change(mine)
            case _:
                return await self._put(wish, mine)

    # --- making and changing ---------------------------------------------------------------------------------------

    def _subscribe(self, mine: Sequence[Row]) -> Answer | Draft:
        kind = self._kind() or (self._default() if not self._question() else QUESTION)
        told = recurring_in(self._bare)
        when = _timed(told, USUAL[kind])
        same = next((one for one in mine if text(one, "kind") == kind and kind != QUESTION), None)
        fields: dict[str, object] = {"kind": kind, "time": self._when(when), "sent_by": self._by(same), "state": "active"}
        fields |= {"question": self._question()} if kind == QUESTION else {}
        fields = {"name": self._name(fields), **fields}
        key = "subscribed_no_hour" if told is None or told.at is None else "subscribed"
        return self._draft(key, fields, same, hour=f"{when.at:%H:%M}" if when.at else "")

    def _change(self, mine: Sequence[Row]) -> Answer | Draft:
        kind = self._kind()
        fitting = [one for one in mine if not kind or text(one, "kind") == kind]
        if not kind and len(fitting) > 1:
            return self._which(fitting)
        one, kind = (fitting[0], text(fitting[0], "kind")) if fitting else (None, kind or self._default())
        before = recurring_in(text(one, "time")) if one else None
        when = changed(before or USUAL[kind], self._bare)
        if when is None or when.at is None:
            return self._which_hour(kind)
        fields: dict[str, object] = {"time": self._when(when), "state": "active"}
        fields |= {"sent_by": "mail"} if self._by(one) == "mail" else {}
        if one is None:
            fields = {"kind": kind, "sent_by": self._by(None), **fields}
        question = text(one, "question") if one else ""
        return self._draft("changes_time", {"name": self._name({"kind": kind, "question": question, **fields}), **fields}, one)

    async def _put(self, wish: str, mine: Sequence[Row]) -> Answer | Draft:
        """Rests, goes on, or ends; what comes of the house's own accord is put off by a record that says so."""
        kind = self._kind()
        fitting = [one for one in mine if (not kind or text(one, "kind") == kind) and (wish != "stop" or text(one, "state") != "ended")]
        if not kind and len(fitting) > 1:
            return self._which(fitting)
        one = fitting[0] if fitting else None
        kind = text(one, "kind") if one else kind or self._default()
        until = await self._until() if wish == "pause" else None
        state = {"pause": "paused", "stop": "ended"}.get(wish, "active")
        fields: dict[str, object] = {"state": state, "until_date": until.isoformat() if until else None}
        if one is None:
            usual: dict[str, object] = {"kind": kind, "time": self._when(USUAL[kind]), "sent_by": "chat"}
            fields = {"name": self._name(usual), **usual, **{name: value for name, value in fields.items() if value is not None}}
        key = f"{wish}s_until" if until else f"{wish}s"
        return self._draft(key, fields, one, day=self.said.day(until) if until else "", kind=kind)

    def amended(self, held: HeldDraft) -> Draft | None:
        """The open draft with another time, or another way; None where the words say neither."""
        before = recurring_in(str(held.fields.get("time") or ""))
        when, by = changed(before, self._bare) if before else recurring_in(self._bare), words()["by"]["mail"].search(self.folded)
        if when is None and not by:
            return None
        fields = {**held.fields, **({"time": self._when(when)} if when else {}), **({"sent_by": "mail"} if by else {})}
        fields["name"] = self._name(fields)
        told = self._draft("changes_time", fields, None)
        return replace(told, record_id=held.record_id, replaces=held.id)

    def _draft(self, key: str, fields: Mapping[str, object], one: Row | None, **facts: object) -> Draft:
        speaker = self.turn.speaker
        whole = {**(one.fields if one else {}), **fields}
        if one is None:
            fields = {**fields, "owner": speaker.user_id, "owner_name": speaker.name}
        own = Evidence(self.turn.text.strip(), "", "", EvidenceKind.EVENT, 1.0, self.turn.id, Audience(f"user:{speaker.user_id}"))
        by = self.said.say("by_mail") if whole.get("sent_by") == "mail" else ""
        told = {name: whole.get(name) or "" for name in ("name", "time")} | {"what": self._called(str(whole.get("kind") or "")), "by": by}
        labels = ("save", "edit", "discard")
        buttons = tuple(Button(self.said.say(f"subscription_{label}"), label) for label in labels)
        return Draft(
            self.said.say(key, **{**told, **facts}), SCHEDULE, fields, dict.fromkeys(fields, own), record_id=one.id if one else None,
            buttons=buttons, shows=("kind", "question", "time", "sent_by", "state", "until_date"),
        )  # fmt: skip

    # --- telling and asking ----------------------------------------------------------------------------------------

    def _listed(self, mine: Sequence[Row]) -> Answer:
        shown = [one for one in mine if text(one, "state") != "ended"]
        if not shown:
            return Answer(self.said.say("no_subscriptions"), buttons=self._example())
        lines = [self.said.say("subscriptions", count=len(shown))]
        for number, one in enumerate(shown, 1):
            state, until = text(one, "state"), self.said.day_of(one, "until_date")
            standing = self.said.say("until", day=self.said.day(until)) if state == "paused" and until else self.said.say(f"is_{state}")
            lines.append(self.said.say("subscription", number=number, name=text(one, "name"), standing=standing))
        return Answer("\n".join(lines), about=tuple(one.id for one in reversed(shown)))

    def _which(self, found: Sequence[Row]) -> Answer:
        buttons = tuple(
            Button(text(one, "name"), "say", self.said.say("says_of", text=self.turn.text.strip(), what=self._called(text(one, "kind"))))
            for one in found[:4]
        )
        return Answer(self.said.say("which_subscription"), buttons=buttons, found=False)

    def _which_hour(self, kind: str) -> Answer:
        what = self._called(kind)
        buttons = tuple(
            Button(f"{one:%H:%M}", "say", self.said.say("says_hour", what=what, hour=f"{one:%H:%M}")) for one in HOURS
        )  # fmt: skip
        return Answer(self.said.say("which_hour", what=what), buttons=buttons)

    def _quiet(self) -> Answer:
        """Hours in which nobody disturbs, as a button that sets them."""
        if told := next((name for name, pattern in words()["none"].items() if pattern.search(self.folded)), ""):
            return Answer(self.said.say(f"quiet_{told}_ask"), buttons=(Button(self.said.say("quiet_yes"), f"quiet:{told}"),))
        hours = hours_in(self.turn.text)
        if not hours:
            return Answer(self.said.say("quiet_which"), buttons=tuple(
                Button(self.said.say("quiet_after", hour=hour), f"quiet:{hour}-{OPENS:%H:%M}") for hour in ("19:00", "20:00", "22:00")
            ))  # fmt: skip
        before = len(hours) == 1 and re.search(r"[点时:\d](?:以|之)?前|\bbefore\b", self.folded)
        begins, ends = (time(20), hours[0]) if before else (hours[0], hours[1] if len(hours) > 1 else OPENS)
        if begins == ends:
            return Answer(self.said.say("quiet_which"), found=False)
        told = f"{begins:%H:%M}-{ends:%H:%M}"
        return Answer(
            self.said.say("quiet_ask", begins=f"{begins:%H:%M}", ends=f"{ends:%H:%M}"),
            buttons=(Button(self.said.say("quiet_yes"), f"quiet:{told}"),),
        )

    def _example(self) -> tuple[Button, ...]:
        return (Button(self.said.say("subscribe_example"), "say", self.said.say("says_example")),)

    # --- reading ---------------------------------------------------------------------------------------------------

    @property
    def _bare(self) -> str:
        """The words without what is only the name of a digest."""
        return words()["name"]["name"].sub("", self.turn.text)

    def _kind(self) -> str:
        name = next((name for name, pattern in words()["kind"].items() if pattern.search(self.folded)), "")
        return f"digest.{name}" if name else ""

    def _default(self) -> str:
        return WEEKLY if self.turn.speaker.role in {Role.MANAGER, Role.ADMIN} else DAILY

    def _question(self) -> str:
        """What is to be asked each time, where it is no digest."""
        verbs = words()["verb"]["verb"]
        bare = " ".join(verbs.sub(" ", verbs.sub(" ", without_time(self._bare))).split()).strip(PAUSES)
        bare = LOOSE.sub("", bare)
        return bare if len(bare) >= SHORTEST_QUESTION and not self._kind() else ""

    def _is_rhythm(self) -> bool:
        """Whether a time that comes back is really said: "每日简报" alone is a name."""
        found = recurring_in(self._bare)
        return found is not None and found.days_said

    def _by(self, one: Row | None) -> str:
        return "mail" if words()["by"]["mail"].search(self.folded) else (text(one, "sent_by") if one else "") or "chat"

    def _when(self, when: Recurring) -> str:
        return said(when, self.said.lang)

    def _called(self, kind: str) -> str:
        return self.said.say(f"called_{kind.removeprefix('digest.')}") if kind else ""

    def _name(self, fields: Mapping[str, object]) -> str:
        question = str(fields.get("question") or "")
        what = question[:LONGEST_NAME] if question else self._called(str(fields.get("kind") or ""))
        return self.said.dots([what, str(fields.get("time") or "")])

    async def _until(self) -> date | None:
        """The day to which it rests: "until Monday" it comes again on Monday."""
        found = await self.reader.read(self.turn.text, said_at=self.turn.said_at, zone=self.turn.speaker.zone)
        if not found.days:
            return None
        last = found.days[-1]
        comes_again = last.bound in {Bound.BEFORE, Bound.BY} or re.search(r"\buntil\b|\btill\b|到.{0,8}(?:再|恢复)|之?前", self.folded)
        until = last.first - DAY if comes_again and last.grain == "day" else last.last
        return until if until >= self.said.today else None

    async def _mine(self) -> list[Row]:
        filters = (Filter("owner", Op.EQ, ME),)
        found = await self.records.ask(Query(SCHEDULE, filters, sort=Order("name", Dir.ASC), limit=100))
        return sorted(found.rows, key=lambda one: (text(one, "state") == "ended", one.id))


def _timed(told: Recurring | None, usual: Recurring) -> Recurring:
    """What was said, with what is usual for the rest."""
    if told is None:
        return usual
    days = told if told.days_said else replace(usual, part_at=told.part_at)
    return replace(days, at=told.at or told.part_at or usual.at)
