"""The tables, made step by step. Numbered and append-only: a step that has left the house is never edited. Knows no query."""

import sqlite_utils
from sqlite_utils.migrations import Migrations

from bot.errors import BadConfig
from bot.store.audit import audit
from bot.store.catalog import catalog
from bot.store.claims import claims
from bot.store.complaints import complaints
from bot.store.database import Database
from bot.store.decided import decision_terms
from bot.store.digest_wishes import digest_stops, digest_waits
from bot.store.editions import editions_tried, prompt_editions, rule_editions
from bot.store.firings import firings, firings_held
from bot.store.gaps import gaps
from bot.store.interruptions import interruptions
from bot.store.meeting import acquaintance
from bot.store.moves import moves
from bot.store.papers import papers
from bot.store.passwords import locked_files
from bot.store.practice import examples
from bot.store.prompt_cases import prompt_cases
from bot.store.prompt_results import decisions_asked
from bot.store.proposals import draft_records
from bot.store.recordings import transcripts
from bot.store.reminders import reminders
from bot.store.review_tables import presses_by_review, reviews
from bot.store.risks import churn
from bot.store.rule_firings import rule_firings
from bot.store.shelves import library
from bot.store.spending import spending
from bot.store.tokens import api_tokens
from bot.store.visits import visit_lines, visits
from bot.store.voices import voices


def content(database: sqlite_utils.Database) -> None:
    """Erasable texts: `body` and `salt` go, the digest stays. turn_id: the turn whose course needs it."""
    table = database.table("content")
    table.create(
        {"id": str, "retention": str, "turn_id": str, "body": str, "salt": str, "digest": str, "created_at": str, "erased_at": str},
        pk="id",
        not_null={"retention", "digest", "created_at"},
        strict=True,
    )
    table.create_index(["retention", "created_at"])
    table.create_index(["turn_id"])


def inbox(database: sqlite_utils.Database) -> None:
    """What arrived, and a lane for each thread. seq: SQLite's own counter, in the order of commits."""
    table = database.table("inbox")
    table.create(
        {
            "seq": int,
            "id": str,
            "kind": str,
            "channel": str,
            "dedupe_key": str,
            "workspace": str,
            "sender": str,
            "thread_id": str,
            "content_id": str,
            "draft_id": str,
            "revision": int,
            "action": str,
            "sent_at": str,
            "kept_at": str,
            "state": str,
            "settled_at": str,
        },
        pk="seq",
        not_null={"id", "kind", "channel", "dedupe_key", "workspace", "sender", "thread_id", "content_id", "sent_at", "kept_at", "state"},
        foreign_keys=[("content_id", "content", "id")],
        strict=True,
    )
    table.create_index(["id"], unique=True)
    table.create_index(["channel", "dedupe_key"], unique=True)
    table.create_index(["state", "thread_id", "seq"])
    table.create_index(["state", "channel", "workspace", "sender"])
    database.table("lanes").create(
        {"thread_id": str, "holder": str, "until": str}, pk="thread_id", not_null={"holder", "until"}, strict=True
    )


def users(database: sqlite_utils.Database) -> None:
    """Our people and what the channels call them; `_key` is the same without case."""
    database.table("users").create(
        {"id": str, "name": str, "name_key": str, "email": str, "email_key": str, "role": str, "team": str, "zone": str, "created_at": str},
        pk="id",
        not_null={"name", "name_key", "email", "email_key", "role", "team", "zone", "created_at"},
        strict=True,
    )
    database.table("users").create_index(["email_key"], unique=True)
    database.table("users").create_index(["name_key"])
    database.table("handles").create(
        {"channel": str, "handle_key": str, "handle": str, "user_id": str},
        pk=("channel", "handle_key"),
        not_null={"handle", "user_id"},
        foreign_keys=[("user_id", "users", "id")],
        strict=True,
    )
    database.table("handles").create_index(["user_id"])
    database.table("handles").create_index(["handle_key"])


def events(database: sqlite_utils.Database) -> None:
    """What happened, in order."""
    table = database.table("events")
    table.create(
        {"seq": int, "id": str, "type": str, "version": int, "at": str, "payload": str},
        pk="seq",
        not_null={"id", "type", "version", "at", "payload"},
        strict=True,
    )
    table.create_index(["id"], unique=True)


def decisions(database: sqlite_utils.Database) -> None:
    """What was suggested and why, by reference; digests stand here too, so they outlive the content. What people did with it."""
    table = database.table("decisions")
    table.create(
        {
            "seq": int,
            "id": str,
            "turn_id": str,
            "thread_id": str,
            "user_id": str,
            "at": str,
            "said_id": str,
            "outcome_id": str,
            "query_id": str,
            "evidence": str,
            "made": str,
            "found": int,
            "draft_id": str,
            "digests": str,
        },
        pk="seq",
        not_null={"id", "turn_id", "thread_id", "at", "said_id", "outcome_id", "evidence", "made", "found", "digests"},
        foreign_keys=[("turn_id", "inbox", "id"), ("said_id", "content", "id"), ("outcome_id", "content", "id")],
        strict=True,
    )
    table.create_index(["id"], unique=True)
    table.create_index(["turn_id"], unique=True)
    table.create_index(["user_id", "seq"])
    database.table("uses").create(
        {"decision_id": str, "use": str, "user_id": str, "at": str},
        pk=("decision_id", "use", "user_id"),
        not_null={"at"},
        foreign_keys=[("decision_id", "decisions", "id")],
        strict=True,
    )


def outbox(database: sqlite_utils.Database) -> None:
    """What is to be delivered. key: one message each, however often it is queued."""
    table = database.table("outbox")
    table.create(
        {
            "seq": int,
            "id": str,
            "key": str,
            "channel": str,
            "workspace": str,
            "sender": str,
            "thread_id": str,
            "turn_id": str,
            "decision_id": str,
            "outcome_id": str,
            "draft_id": str,
            "revision": int,
            "lang": str,
            "attempt": int,
            "state": str,
            "due_at": str,
            "why": str,
            "receipt": str,
            "created_at": str,
            "changed_at": str,
        },
        pk="seq",
        not_null={
            "id",
            "key",
            "channel",
            "workspace",
            "sender",
            "thread_id",
            "outcome_id",
            "lang",
            "attempt",
            "state",
            "due_at",
            "why",
            "receipt",
            "created_at",
            "changed_at",
        },
        foreign_keys=[("outcome_id", "content", "id")],
        strict=True,
    )
    table.create_index(["id"], unique=True)
    table.create_index(["key"], unique=True)
    table.create_index(["state", "thread_id", "seq"])
    table.create_index(["turn_id"])


def records(database: sqlite_utils.Database) -> None:
    """Kept things and the history of their fields. A value that is SQL NULL was not there (or was erased); JSON null is a value."""
    table = database.table("records")
    table.create(
        {
            "id": str,
            "entity": str,
            "body": str,
            "revision": int,
            "created_at": str,
            "updated_at": str,
            "archived_at": str,
            "erased_at": str,
        },
        pk="id",
        not_null={"entity", "body", "revision", "created_at", "updated_at"},
        strict=True,
    )
    table.create_index(["entity", "id"])
    history = database.table("field_history")
    history.create(
        {
            "seq": int,
            "record_id": str,
            "revision": int,
            "field": str,
            "before": str,
            "after": str,
            "actor": str,
            "decision_id": str,
            "evidence": str,
            "at": str,
        },
        pk="seq",
        not_null={"record_id", "revision", "field", "actor", "at"},
        foreign_keys=[("record_id", "records", "id")],
        strict=True,
    )
    history.create_index(["record_id", "revision"])


def drafts(database: sqlite_utils.Database) -> None:
    """Drafts, each of their revisions, and the presses that were carried out (so that a repeated one gets the same answer).

    base_revision: the record's revision that a draft's revision was made on. saved_revision: the record's revision that a save made.
    """
    table = database.table("drafts")
    table.create(
        {
            "id": str,
            "turn_id": str,
            "decision_id": str,
            "author": str,
            "entity": str,
            "record_id": str,
            "revision": int,
            "state": str,
            "expires_at": str,
            "undo_until": str,
            "saved_revision": int,
            "created_at": str,
            "changed_at": str,
        },
        pk="id",
        not_null={"turn_id", "decision_id", "author", "entity", "revision", "state", "expires_at", "created_at", "changed_at"},
        foreign_keys=[("turn_id", "inbox", "id"), ("decision_id", "decisions", "id"), ("record_id", "records", "id")],
        strict=True,
    )
    table.create_index(["author", "state"])
    table.create_index(["state", "expires_at"])
    table.create_index(["turn_id"])
    table.create_index(["record_id"])
    database.table("draft_revisions").create(
        {
            "draft_id": str,
            "revision": int,
            "base_revision": int,
            "fields_id": str,
            "evidence": str,
            "by_id": str,
            "turn_id": str,
            "at": str,
        },
        pk=("draft_id", "revision"),
        not_null={"fields_id", "evidence", "by_id", "turn_id", "at"},
        foreign_keys=[("draft_id", "drafts", "id"), ("fields_id", "content", "id")],
        strict=True,
    )
    database.table("presses").create(
        {
            "turn_id": str,
            "draft_id": str,
            "action": str,
            "revision": int,
            "state": str,
            "record_id": str,
            "undo_until": str,
            "at": str,
        },
        pk=("turn_id", "draft_id", "action"),
        not_null={"revision", "state", "at"},
        foreign_keys=[("draft_id", "drafts", "id")],
        strict=True,
    )


def memory(database: sqlite_utils.Database) -> None:
    """What was last talked about with whom: by id alone, so there is nothing in it to erase."""
    database.table("mentions").create(
        {"user_id": str, "record_id": str, "place": int, "at": str},
        pk=("user_id", "record_id"),
        not_null={"place", "at"},
        strict=True,
    )
    database.table("topics").create(
        {"user_id": str, "thread_id": str, "decision_id": str},
        pk=("user_id", "thread_id"),
        not_null={"decision_id"},
        foreign_keys=[("decision_id", "decisions", "id")],
        strict=True,
    )


def regions(database: sqlite_utils.Database) -> None:
    """The regions of accounts that a person looks after, with blanks between them."""
    database.table("users").add_column("regions", str, not_null_default="")


def chats(database: sqlite_utils.Database) -> None:
    """Where on a platform something came in and is answered, what was sent along, which message was pressed and which is settled by it.

    handle, pressed: JSON. in_group: 1 where others read along. media_id: content that tells of what was sent along.
    """
    for name in ("inbox", "outbox"):
        table = database.table(name)
        table.add_column("place", str, not_null_default="")
        table.add_column("in_group", int, not_null_default=0)
        table.add_column("handle", str)
    table = database.table("inbox")
    for column in ("media_id", "message_id", "page"):
        table.add_column(column, str)
    table.add_column("button", int)
    table = database.table("outbox")
    table.add_column("updates", str)
    table.add_column("pressed", str)


def patience(database: sqlite_utils.Database) -> None:
    """Since when a message fails: how long it is tried is a matter of time, not of tries."""
    database.table("outbox").add_column("failed_at", str)


def talks(database: sqlite_utils.Database) -> None:
    """Which conversation a decision belongs to; what was sent beside words, and where it lies: `path` is below the home's folder for it."""
    database.table("decisions").add_column("talk", str)
    database.execute("UPDATE decisions SET talk = thread_id")
    database.table("decisions").create_index(["user_id", "talk", "seq"])
    database.table("outbox").create_index(["draft_id"])
    table = database.table("belongings")
    table.create(
        {"turn_id": str, "content_id": str, "path": str},
        pk="turn_id",
        not_null={"content_id", "path"},
        foreign_keys=[("content_id", "content", "id")],
        strict=True,
    )
    table.create_index(["path"])


def reviewed(database: sqlite_utils.Database) -> None:
    """Which review a message shows, as it stood then."""
    table = database.table("outbox")
    table.add_column("review_id", str)
    table.add_column("review_version", int)
    table.create_index(["review_id"])


def errands(database: sqlite_utils.Database) -> None:
    """What the house does of its own accord comes in once, whichever chat it is meant for by then."""
    database.execute("CREATE UNIQUE INDEX inbox_errands ON inbox (dedupe_key) WHERE kind = 'errand'")


STEPS = (
    content, inbox, users, events, decisions, outbox, records, drafts, library, visits, spending, memory, api_tokens, regions, chats,
    patience, acquaintance, talks, reviewed, voices, audit, reviews, firings, draft_records, transcripts, reminders, papers,
    errands, locked_files, moves, digest_stops, firings_held, interruptions, complaints, examples, churn,
    digest_waits, prompt_editions, rule_firings, decision_terms, rule_editions, editions_tried, prompt_cases, catalog, visit_lines,
    claims, gaps, decisions_asked, presses_by_review,
)  # fmt: skip
"""In the order they are applied; new ones go to the end."""

NUMBERED = {f"{number:04}_{step.__name__}": step for number, step in enumerate(STEPS, 1)}
"""By the names that a file remembers them by."""


def migrate(database: Database) -> None:
    """Bring the file to the newest shape, each step once, whoever else starts at the same time.

    Raises: BadConfig("store_newer", path=…) when a newer Tandem made it.
    """
    database.write_now(lambda connection: _apply(connection, str(database.path)))


def _apply(database: sqlite_utils.Database, path: str) -> None:
    steps = Migrations("store")
    for name, step in NUMBERED.items():
        steps(name=name)(step)
    if any(done.name not in NUMBERED for done in steps.applied(database)):
        raise BadConfig("store_newer", path=path)
    steps.apply(database)


def applied(database: sqlite_utils.Database) -> tuple[str, ...]:
    """The names of the steps that made a file, in order; those of a newer Tandem as well."""
    return tuple(sorted(done.name for done in Migrations("store").applied(database)))
