"""The App Home: what waits for a person, what is due today and soon, and what they may ask. Shows only what its ports let them see."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.channels.form.dialects import mrkdwn
from bot.channels.form.parts import Style, WireButton
from bot.channels.slack.api import SlackApi, SlackSays
from bot.channels.slack.blocks import button, plain
from bot.domain.drafted import by_the_clock, entity_label, rows_of
from bot.domain.offers import offered, place_of
from bot.domain.outcome import Draft
from bot.domain.people import Speaker
from bot.domain.query import ME, Filter, Op, Query, Row, Sort
from bot.domain.records import HeldDraft
from bot.domain.scope import Scope
from bot.domain.talk import Lang, Origin, language_of
from bot.errors import NotAllowed, Unsure, Upstream
from bot.ports import Clock, Drafts, Outbox, RecordQueries, Words

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)

Block = dict[str, Any]
MOST_DRAFTS, MOST_DUE, MOST_SAYINGS, MOST_ROWS = 5, 5, 3, 4
STEP_DAYS, RENEWAL_DAYS = 7, 60
LONGEST_LINE = 300
STYLES = {"save": Style.MAIN, "edit": Style.PLAIN, "discard": Style.AWAY}


@dataclass(frozen=True)
class Due:
    """Something of this person's that has a day."""

    day: date
    what: str


@dataclass(frozen=True)
class SlackHome:
    """The port `Homepage`. scope: what a person may see. sayings: what they may say, as the skills tell it."""

    api: SlackApi
    drafts: Drafts
    outbox: Outbox
    records: RecordQueries
    scope: Callable[[Speaker], Scope]
    sayings: Callable[[Speaker], Sequence[str]]
    words: Words
    clock: Clock

    async def show(self, origin: Origin, speaker: Speaker, lang: Lang) -> None:
        """Publish the page.  Raises: Upstream."""
        view = {"type": "home", "blocks": await self.blocks(speaker, lang)}
        try:
            await self.api.call("views.publish", user_id=origin.sender, view=view)
        except Unsure as err:
            raise Upstream(str(err)) from err  # the page may be published twice
        except SlackSays as err:
            log.warning("slack_home_not_shown", why=err.code)

    async def blocks(self, speaker: Speaker, lang: Lang) -> list[Block]:
        """The page, block by block."""
        today = self.clock.now().astimezone(ZoneInfo(speaker.zone)).date()
        due = [*await self._steps(speaker, today), *await self._renewals(speaker, today)]
        open_drafts = (await self.drafts.open_of(speaker.user_id))[:MOST_DRAFTS]
        sayings = [text for text in self.sayings(speaker) if language_of(text) is lang][:MOST_SAYINGS]
        return [
            _header(self._say("slack_home_today", lang, name=speaker.name)),
            *self._due(due, today, lang),
            {"type": "divider"},
            _header(self._say("slack_home_drafts", lang)),
            *[block for held in open_drafts for block in await self._draft(held, speaker, lang)],
            *([] if open_drafts else [_section(mrkdwn(self._say("slack_home_no_drafts", lang)))]),
            {"type": "divider"},
            _header(self._say("slack_home_can", lang)),
            *(_section(f"> {mrkdwn(text)}") for text in sayings),
            {"type": "context", "elements": [plain(self._say("slack_home_ask", lang))]},
        ]

    def _due(self, due: Sequence[Due], today: date, lang: Lang) -> Iterator[Block]:
        for one in due:
            days = (one.day - today).days
            when = "slack_home_late" if days < 0 else "slack_home_now" if days == 0 else "slack_home_in_days"
            yield _section(f"*{mrkdwn(self._say(when, lang, days=abs(days)))}*  {mrkdwn(one.what)[:LONGEST_LINE]}")
        if not due:
            yield _section(mrkdwn(self._say("slack_home_nothing_due", lang)))

    async def _steps(self, speaker: Speaker, today: date) -> Sequence[Due]:
        """What was promised next in open deals of theirs."""
        mine = (
            Filter("owner", Op.EQ, ME), Filter("stage", Op.NEQ, "won"), Filter("stage", Op.NEQ, "lost"),
            Filter("next_step_date", Op.LTE, (today + timedelta(days=STEP_DAYS)).isoformat()),
        )  # fmt: skip
        rows = await self._rows(speaker, Query("opportunity", mine, sort=Sort("next_step_date"), limit=MOST_DUE))
        return [Due(day, _told(row, "account_name", "next_step")) for row in rows if (day := _day(row, "next_step_date"))]

    async def _renewals(self, speaker: Speaker, today: date) -> Sequence[Due]:
        mine = (
            Filter("owner", Op.EQ, ME), Filter("renewal_date", Op.GTE, today.isoformat()),
            Filter("renewal_date", Op.LTE, (today + timedelta(days=RENEWAL_DAYS)).isoformat()),
        )  # fmt: skip
        rows = await self._rows(speaker, Query("account", mine, sort=Sort("renewal_date"), limit=MOST_DUE))
        return [Due(day, _told(row, "name")) for row in rows if (day := _day(row, "renewal_date"))]

    async def _rows(self, speaker: Speaker, query: Query) -> Sequence[Row]:
        try:
            return (await self.records.within(self.scope(speaker)).ask(query)).rows
        except NotAllowed:
            return ()  # what it asks by is hidden from them

    async def _draft(self, held: HeldDraft, speaker: Speaker, lang: Lang) -> list[Block]:
        draft = Draft("", held.entity, held.fields, held.evidence, held.record_id)
        rows = rows_of(by_the_clock(draft, speaker.zone), lang)[:MOST_ROWS]
        told = " · ".join(f"{row.name} {row.value}" for row in rows)
        blocks = [_section(f"*{mrkdwn(entity_label(held.entity, lang))}*  {mrkdwn(told)[:LONGEST_LINE]}")]
        shown = [message for message in await self.outbox.showing(held.id) if message.revision == held.revision]
        if shown and isinstance(shown[-1].outcome, Draft):
            last = shown[-1]
            wires = [
                WireButton(f"{last.id}:{place_of(last.outcome, action)}", self._say(f"form_button_{action}", lang), style, action)
                for action, style in STYLES.items() if action in {one.action for one in offered(last.outcome)}
            ]  # fmt: skip
            blocks.append({"type": "actions", "elements": [button(wire) for wire in wires]})
        return blocks

    def _say(self, key: str, lang: Lang, **facts: object) -> str:
        return self.words.say(key, lang, **facts)


def _header(text: str) -> Block:
    return {"type": "header", "text": plain(text)}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _told(row: Row, *names: str) -> str:
    return " · ".join(str(row.fields[name]) for name in names if row.fields.get(name))


def _day(row: Row, name: str) -> date | None:
    try:
        return date.fromisoformat(str(row.fields.get(name)))
    except ValueError:
        return None
