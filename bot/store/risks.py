"""The ports `RiskScores` and `AccountFiles`: scores as they move, and all that is kept of an account in one piece. Judges nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

import sqlite_utils

from bot.domain.ids import RecordId, UserId
from bot.domain.risk import Band, RiskReason, RiskScore
from bot.domain.schema import Schema
from bot.domain.scope import Reach, Scope
from bot.ports.churn import AccountFile
from bot.store.asked import table_of
from bot.store.asking import Asking
from bot.store.codec import Row, dump, load
from bot.store.database import Database
from bot.store.rows import change, every, insert, one

# ruff: noqa: S608 - statements are put together from names of the schema; every value is bound
MOVED = 0.02
"""A chance that changed less, in the same band, is no step of its history."""
SEEN_BY = "usage"
"""Whose records bear most on a score: who may not see them is not told one."""
NEEDED: Mapping[str, int] = {
    "usage": 40, "feature_usage": 80, "ticket": 60, "nps": 12, "invoice": 40, "contract": 20, "contact": 60, "touchpoint": 80,
    "opportunity": 30, "quote": 30, "letter": 20, "suggestion": 20,
}  # fmt: skip
"""Entity -> how many of the newest are looked at."""
LATEST = "SELECT * FROM churn_scores WHERE account_id IN (SELECT value FROM json_each(:ids)) ORDER BY account_id"
STOOD = """
    SELECT * FROM churn_history WHERE account_id IN (SELECT value FROM json_each(:ids)) AND as_of = (
        SELECT max(as_of) FROM churn_history AS last WHERE last.account_id = churn_history.account_id AND last.as_of <= :day)"""
LEFT = """
    SELECT record_id, max(at) AS at FROM field_history WHERE field = 'status' AND after = :former
    AND record_id IN (SELECT value FROM json_each(:ids)) GROUP BY record_id"""
COURSE = "SELECT * FROM churn_history WHERE account_id = :id ORDER BY as_of DESC LIMIT :limit"
LAST_STEP = "SELECT chance, band FROM churn_history WHERE account_id = :id ORDER BY as_of DESC LIMIT 1"
KEEP = """
    INSERT INTO churn_scores (account_id, as_of, chance, band, reasons, judge, active)
    SELECT :account_id, :as_of, :chance, :band, :reasons, :judge, :active FROM records WHERE id = :account_id AND erased_at IS NULL
    ON CONFLICT (account_id) DO UPDATE SET as_of = excluded.as_of, chance = excluded.chance, band = excluded.band,
        reasons = excluded.reasons, judge = excluded.judge, active = excluded.active"""
FORGET = (
    "DELETE FROM churn_scores WHERE account_id = :id", "DELETE FROM churn_history WHERE account_id = :id",
    "UPDATE churn_alerts SET state = 'closed', reasons = '[]' WHERE account_id = :id",
)  # fmt: skip
"""What goes with an account that is erased."""


def churn(database: sqlite_utils.Database) -> None:
    """A step of the migrations. The last score of each account, the days on which it moved, and alerts with whom they were told to."""
    columns = {
        "account_id": str, "as_of": str, "chance": float, "band": str, "reasons": str, "judge": str, "active": float,
    }  # fmt: skip
    whole = {"as_of", "chance", "band", "reasons", "judge"}
    database.table("churn_scores").create(columns, pk="account_id", not_null=whole, strict=True)
    database.table("churn_scores").create_index(["chance"])
    database.table("churn_history").create(columns, pk=("account_id", "as_of"), not_null=whole, strict=True)
    alerts = database.table("churn_alerts")
    alerts.create(
        {
            "id": str, "account_id": str, "state": str, "opened_at": str, "chance": float, "active": float, "reasons": str,
            "task_id": str, "round": int, "due_date": str, "reply": str, "replied_by": str, "replied_at": str,
        },
        pk="id", not_null={"account_id", "state", "opened_at", "chance", "reasons", "task_id", "round"}, strict=True,
    )  # fmt: skip
    alerts.create_index(["account_id", "opened_at"])
    alerts.create_index(["state"])
    database.table("churn_told").create(
        {"alert_id": str, "round": int, "user_id": str, "at": str}, pk=("alert_id", "round", "user_id"), not_null={"at"}, strict=True
    )


def forget_risks(database: sqlite_utils.Database, account_id: str) -> None:
    """Nothing stays of how an account was judged, inside the caller's transaction."""
    for statement in FORGET:
        change(database, statement, {"id": account_id})


class SqliteRisks:
    """The ports `RiskScores` and `AccountFiles`."""

    def __init__(self, database: Database, schema: Schema) -> None:
        self._database = database
        self._schema = schema

    async def top(self, scope: Scope, n: int) -> Sequence[RiskScore]:
        """The likeliest to leave first."""
        if scope.of(SEEN_BY) is Reach.NONE:
            return ()
        asking = Asking(self._schema, "account", scope)
        seen, limit = asking.seen("account", "r") or "1 = 1", asking.bind(n)
        statement = f"""
            SELECT churn_scores.*, r.name, r.owner FROM churn_scores JOIN {table_of("account")} r ON r.id = churn_scores.account_id
            WHERE churn_scores.band IN ('high', 'medium') AND ({seen}) ORDER BY churn_scores.chance DESC, r.id LIMIT {limit}"""
        rows = await self._database.read(lambda database: every(database, statement, asking.values))
        return [_score(row) for row in rows]

    async def latest(self, account_ids: Collection[RecordId]) -> Sequence[RiskScore]:
        """The last scores, by account id."""
        rows = await self._database.read(lambda database: every(database, LATEST, {"ids": dump(list(account_ids))}))
        return [_score(row) for row in rows]

    async def before(self, account_ids: Collection[RecordId], day: date) -> Mapping[RecordId, RiskScore]:
        """How these accounts stood on a day."""
        values = {"ids": dump(list(account_ids)), "day": day.isoformat()}
        rows = await self._database.read(lambda database: every(database, STOOD, values))
        return {RecordId(row["account_id"]): _score(row) for row in rows}

    async def history(self, account_id: RecordId, limit: int = 100) -> Sequence[RiskScore]:
        """How the score came about, oldest first."""
        rows = await self._database.read(lambda database: every(database, COURSE, {"id": account_id, "limit": limit}))
        return [_score(row) for row in reversed(rows)]

    async def keep(self, scores: Sequence[RiskScore]) -> None:
        """Keep the scores of a day, all or none."""

        def work(database: sqlite_utils.Database) -> None:
            for score in scores:
                row = _row(score)
                if change(database, KEEP, row) and _moved(one(database, LAST_STEP, {"id": score.account_id}), score):
                    insert(database, "churn_history", row, or_ignore="account_id, as_of")

        await self._database.write(work)

    async def page(self, scope: Scope, *, team: str = "", after: str = "", limit: int = 100) -> Sequence[AccountFile]:
        """Customers by id, beginning after one."""
        asking = Asking(self._schema, "account", scope)
        parts = [asking.seen("account", "r"), f"r.id > {asking.bind(after)}", "r.status = 'customer'"]
        if team:
            bound = asking.bind(team)
            parts.append(f"r.owner IN (SELECT id FROM users WHERE team = {bound}) OR (r.owner IS NULL AND r.team = {bound})")
        return await self._files(asking, parts, limit)

    async def count(self, scope: Scope) -> int:
        """How many customers the scope reaches."""
        asking = Asking(self._schema, "account", scope)
        seen = asking.seen("account", "r") or "1 = 1"
        statement = f"SELECT COUNT(*) AS total FROM {table_of('account')} r WHERE r.status = 'customer' AND ({seen})"
        row = await self._database.read(lambda database: one(database, statement, asking.values))
        return row["total"] if row else 0

    async def of(self, scope: Scope, account_ids: Collection[RecordId]) -> Sequence[AccountFile]:
        """These accounts, by id."""
        asking = Asking(self._schema, "account", scope)
        listed = f"r.id IN (SELECT value FROM json_each({asking.bind(dump(list(account_ids)))}))"
        return await self._files(asking, [asking.seen("account", "r"), listed], len(account_ids))

    async def past(self, *, after: str = "", limit: int = 100) -> Sequence[tuple[AccountFile, date | None]]:
        """Customers and those who were, by id, with the day on which somebody noted that they left."""
        asking = Asking(self._schema, "account", Scope(UserId(""), "", "UTC"))
        parts = [f"r.id > {asking.bind(after)}", "r.status IN ('customer', 'former')"]
        files = await self._files(asking, parts, limit)
        values = {"ids": dump([one.account_id for one in files]), "former": dump("former")}
        rows = await self._database.read(lambda database: every(database, LEFT, values))
        left = {row["record_id"]: datetime.fromisoformat(row["at"]).date() for row in rows}
        return [(one, left.get(one.account_id)) for one in files]

    async def _files(self, asking: Asking, parts: Sequence[str], limit: int) -> Sequence[AccountFile]:
        holds = " AND ".join(f"({part})" for part in parts if part)
        statement = f"""
            SELECT r.id, r.name, r.owner, COALESCE(r.team, users.team, '') AS team, records.body FROM {table_of("account")} r
            JOIN records ON records.id = r.id LEFT JOIN users ON users.id = r.owner
            WHERE {holds} ORDER BY r.id LIMIT {asking.bind(limit)}"""

        def work(database: sqlite_utils.Database) -> list[AccountFile]:
            accounts = every(database, statement, asking.values)
            ids = dump([row["id"] for row in accounts])
            found = {entity: self._records(database, entity, ids, asking.scope) for entity in NEEDED}
            return [_file(row, asking.scope, found) for row in accounts]

        return await self._database.read(work)

    def _records(self, database: sqlite_utils.Database, entity: str, ids: str, scope: Scope) -> dict[str, list[str]]:
        """Account -> its records of an entity as JSON text, the newest first; none where the scope shows none."""
        known = self._schema.entity(entity)
        if known is None or scope.of(entity) is Reach.NONE:
            return {}
        asking = Asking(self._schema, entity, scope)
        seen = asking.seen(entity, "r") or "1 = 1"
        by, when = asking.bind(ids), f'r."{known.when}" DESC, ' if known.when else ""
        statement = f"""
            SELECT account, id, body FROM (
                SELECT r.account, r.id, records.body, ROW_NUMBER() OVER (PARTITION BY r.account ORDER BY {when}r.id DESC) AS place
                FROM {table_of(entity)} r JOIN records ON records.id = r.id
                WHERE r.account IN (SELECT value FROM json_each({by})) AND ({seen})) AS newest
            WHERE place <= {asking.bind(NEEDED[entity])} ORDER BY account, place"""
        found: dict[str, list[str]] = {}
        for row in every(database, statement, asking.values):
            found.setdefault(row["account"], []).append(_told(row["id"], row["body"], entity, scope))
        return found


def _file(row: Row, scope: Scope, found: Mapping[str, Mapping[str, Sequence[str]]]) -> AccountFile:
    records = ",".join(f'"{entity}":[{",".join(of[row["id"]])}]' for entity, of in found.items() if row["id"] in of)
    told = f'{{"account":{_told(row["id"], row["body"], "account", scope)},"records":{{{records}}}}}'
    owner = UserId(row["owner"]) if row["owner"] else None
    return AccountFile(RecordId(row["id"]), row["name"] or "", owner, row["team"], told)


def _told(record_id: str, body: str, entity: str, scope: Scope) -> str:
    """A record as JSON text, without what the scope hides; as it lies there where nothing is hidden."""
    if entity in scope.hidden or entity in scope.shown:
        body = dump({name: value for name, value in load(body).items() if not scope.hides(entity, name)})
    return f'{{"id":{dump(record_id)},"fields":{body}}}'


def _moved(last: Row | None, score: RiskScore) -> bool:
    return last is None or last["band"] != score.band or abs(last["chance"] - score.chance) >= MOVED


def _row(score: RiskScore) -> Row:
    return {
        "account_id": score.account_id, "as_of": score.as_of.isoformat(), "chance": float(score.chance), "band": str(score.band),
        "reasons": reasons_text(score.reasons), "judge": score.judge, "active": score.active,
    }  # fmt: skip


def _score(row: Row) -> RiskScore:
    return RiskScore(
        RecordId(row["account_id"]), date.fromisoformat(row["as_of"]), row["chance"], Band(row["band"]), tuple(reasons_of(row["reasons"])),
        row["judge"], row["active"], row.get("name") or "", UserId(row.get("owner") or ""),
    )  # fmt: skip


def reasons_text(reasons: Sequence[RiskReason]) -> str:
    """Reasons as they are kept."""
    return dump([[one.code, dict(one.numbers)] for one in reasons])


def reasons_of(text: str) -> Iterator[RiskReason]:
    """Reasons that `reasons_text` wrote."""
    return (RiskReason(code, numbers) for code, numbers in load(text))
