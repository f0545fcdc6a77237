"""The port `Alerts`: what was opened about an account, told to whom, and answered. Knows no rule of when."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import sqlite_utils

from bot.domain.alert import TOLD_REASONS, Alert, AlertState, Reply
from bot.domain.ids import RecordId, UserId
from bot.domain.risk import RiskScore
from bot.store.asked import table_of
from bot.store.audit import Within, append_audit
from bot.store.codec import Row, dump, load, moment, stamp
from bot.store.database import Database
from bot.store.risks import reasons_of, reasons_text
from bot.store.rows import change, every, insert, one

# ruff: noqa: S608 - statements are put together from constants of this module
WHOLE = f"""
    SELECT churn_alerts.*, r.name, r.owner, COALESCE(r.team, users.team, '') AS team, (
        SELECT json_group_array(json_array(user_id, at)) FROM (
            SELECT user_id, at FROM churn_told
            WHERE churn_told.alert_id = churn_alerts.id AND churn_told.round = churn_alerts.round ORDER BY at, user_id)) AS told
    FROM churn_alerts LEFT JOIN {table_of("account")} r ON r.id = churn_alerts.account_id LEFT JOIN users ON users.id = r.owner"""
ONE = f"{WHOLE} WHERE churn_alerts.id = :id"
OF = f"""
    {WHOLE} WHERE churn_alerts.account_id IN (SELECT value FROM json_each(:ids)) AND churn_alerts.state <> 'closed'
    ORDER BY churn_alerts.opened_at, churn_alerts.id"""
WAITING = f"{WHOLE} WHERE churn_alerts.state = 'open' AND r.id IS NOT NULL ORDER BY churn_alerts.chance DESC, churn_alerts.id"
LIVE = "SELECT id FROM churn_alerts WHERE account_id = :account_id AND state IN ('open', 'taken')"
RENEW = """
    UPDATE churn_alerts SET state = 'open', chance = :chance, active = :active, reasons = :reasons, round = round + 1, due_date = NULL
    WHERE id = :id"""
NOT_DUE = "UPDATE churn_alerts SET due_date = NULL WHERE id = :id"
ANSWER = """
    UPDATE churn_alerts SET state = :state, reply = :reply, replied_by = :by, replied_at = :at, due_date = :due
    WHERE id = :id AND state <> 'closed'"""
CLOSE = """
    UPDATE churn_alerts SET state = 'closed'
    WHERE account_id IN (SELECT value FROM json_each(:ids)) AND state IN ('open', 'taken', 'quiet')"""
ANSWERS = """
    SELECT reasons, reply FROM churn_alerts
    WHERE opened_at >= :since AND EXISTS (SELECT 1 FROM churn_told WHERE churn_told.alert_id = churn_alerts.id)"""
BECOMES = {
    Reply.TAKE: AlertState.TAKEN, Reply.LATER: AlertState.OPEN, Reply.SEASONAL: AlertState.QUIET, Reply.SETTLED: AlertState.QUIET,
    Reply.WRONG: AlertState.QUIET,
}  # fmt: skip


class SqliteAlerts:
    """The port `Alerts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, alert: Alert) -> bool:
        """Keep a new one; False where the account has one that is open or taken."""
        row = {
            "id": alert.id, "account_id": alert.account_id, "state": str(AlertState.OPEN), "opened_at": stamp(alert.opened_at),
            "chance": float(alert.chance), "active": alert.active, "reasons": reasons_text(alert.reasons), "task_id": alert.task_id,
            "round": 0,
        }  # fmt: skip

        def work(database: sqlite_utils.Database) -> bool:
            if one(database, LIVE, {"account_id": alert.account_id}):
                return False
            return insert(database, "churn_alerts", row, or_ignore="id")

        return await self._database.write(work)

    async def renew(self, alert_id: str, score: RiskScore, now: datetime) -> None:
        """Open it again, as of this score, told to nobody yet."""
        values = {"id": alert_id, "chance": float(score.chance), "active": score.active, "reasons": reasons_text(score.reasons)}

        def work(database: sqlite_utils.Database) -> None:
            if change(database, RENEW, values):
                append_audit(Within(database, now), "alert.renewed", "system", {"alert": alert_id, "account": score.account_id})

        await self._database.write(work)

    async def alert(self, alert_id: str) -> Alert | None:
        """One of them."""
        row = await self._database.read(lambda database: one(database, ONE, {"id": alert_id}))
        return _alert(row) if row else None

    async def of(self, account_ids: Collection[RecordId]) -> Mapping[RecordId, Alert]:
        """The latest of each account."""
        rows = await self._database.read(lambda database: every(database, OF, {"ids": dump(list(account_ids))}))
        return {RecordId(row["account_id"]): _alert(row) for row in rows}

    async def waiting(self) -> Sequence[Alert]:
        """Those that are open, the likeliest to leave first."""
        return [_alert(row) for row in await self._database.read(lambda database: every(database, WAITING))]

    async def note_told(self, alert_id: str, user_id: UserId, now: datetime) -> None:
        """It was told to this person; noted once."""

        def work(database: sqlite_utils.Database) -> None:
            row = one(database, "SELECT round FROM churn_alerts WHERE id = :id", {"id": alert_id})
            if row:
                told = {"alert_id": alert_id, "round": row["round"], "user_id": user_id, "at": stamp(now)}
                insert(database, "churn_told", told, or_ignore="alert_id, round, user_id")
                change(database, NOT_DUE, {"id": alert_id})

        await self._database.write(work)

    async def answer(self, alert_id: str, reply: Reply, by: UserId, now: datetime, due: date | None = None) -> Alert:
        """Keep an answer and what follows of it."""
        values = {
            "id": alert_id, "state": str(BECOMES[reply]), "reply": str(reply), "by": by, "at": stamp(now),
            "due": due.isoformat() if due else None,
        }  # fmt: skip

        def work(database: sqlite_utils.Database) -> Alert:
            row = one(database, ONE, {"id": alert_id})
            if row is None:
                raise KeyError(alert_id)
            before = _alert(row)
            if (before.reply, before.by, before.state, before.due_date) == (reply, by, BECOMES[reply], due):
                return before
            if change(database, ANSWER, values):
                append_audit(Within(database, now), "alert.answered", by, {"alert": alert_id, "reply": str(reply)})
            return replace(before, state=BECOMES[reply], reply=reply, by=by, due_date=due)

        return await self._database.write(work)

    async def close(self, account_ids: Collection[RecordId], now: datetime) -> None:
        """These accounts are no risk any more."""

        def work(database: sqlite_utils.Database) -> None:
            if closed := change(database, CLOSE, {"ids": dump(list(account_ids))}):
                append_audit(Within(database, now), "alert.closed", "system", {"count": closed})

        await self._database.write(work)

    async def answers(self, since: datetime) -> Sequence[tuple[tuple[str, ...], Reply | None]]:
        """Of alerts told since: the reasons that stood on the card, and the last answer."""
        rows = await self._database.read(lambda database: every(database, ANSWERS, {"since": stamp(since)}))
        told = ((tuple(one.code for one in reasons_of(row["reasons"])), row["reply"]) for row in rows)
        return [(codes[:TOLD_REASONS], Reply(reply) if reply else None) for codes, reply in told]


def _alert(row: Row) -> Alert:
    return Alert(
        row["id"], RecordId(row["account_id"]), AlertState(row["state"]), moment(row["opened_at"]), row["chance"], row["active"],
        tuple(reasons_of(row["reasons"])), RecordId(row["task_id"]), row["round"],
        tuple((UserId(user_id), moment(at)) for user_id, at in load(row["told"])),
        date.fromisoformat(row["due_date"]) if row["due_date"] else None, Reply(row["reply"]) if row["reply"] else None,
        UserId(row["replied_by"]) if row["replied_by"] else None, row["name"] or "", UserId(row["owner"]) if row["owner"] else None,
        row["team"],
    )  # fmt: skip
