"""Parts of a house that take more than a line to build. Knows adapters; opens nothing of its own accord."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.abilities import PORTS, Contracts, Skills, Writers
from bot.brains.names import ContactNames
from bot.brains.roles import ChatModels
from bot.comparing import Comparing, Seen, Shows
from bot.config import Config, UserEntry
from bot.demo.documents import filings
from bot.domain.firing import ScheduleRules
from bot.domain.ids import Audience, UserId
from bot.domain.offering import SkillRules
from bot.domain.own_fields import OwnFields
from bot.domain.people import User, parse_audience
from bot.domain.permissions import Policy
from bot.domain.scope import Scope
from bot.home import Home
from bot.jobs import Clockwork, Ground
from bot.manifests import late_skill, load_manifests, load_skill
from bot.places import HERE, KNOWLEDGE, SKILLS
from bot.ports import Clock, Embedder, Ids, Library, Prompt, Reader, RecordQueries, SpokenReader, Users
from bot.ports.churn import SeenRisks
from bot.ports.papers import KeptPaper
from bot.ports.working import JobKind
from bot.prompts import Versions
from bot.render.files import write_filings
from bot.store.claims import SqliteClaims
from bot.store.database import Database
from bot.store.library import SqliteLibrary
from bot.store.names import SqliteNames
from bot.store.queries import SqliteQueries
from bot.store.spending import SqliteSpending
from bot.teamwork import Beside
from bot.visits import Visits
from bot.words import TomlWords
from bot.workdays import LiveCalendars
from knowledge.filing import Filing
from knowledge.intake import Intake
from knowledge.library import HouseLibrary
from knowledge.proving import Proving
from knowledge.vectors.chroma import ChromaVectors
from knowledge.vectors.either import EitherVectors
from knowledge.vectors.scan import ScannedVectors

COMPARES = "skills.compare_contracts.page"


def write_papers(folder: Path, today: date) -> Sequence[Path]:
    """The papers of the invented firm, as files."""
    return write_filings(folder, filings(today))


def library_of(
    config: Config, home: Home, store: SqliteLibrary, claims: SqliteClaims, users: Users, words: TomlWords, embedder: Embedder, *,
    serving: bool,
) -> HouseLibrary:
    """The library. serving: with the vectors in a process of their own."""
    scan = ScannedVectors(store, embedder.name, embedder.dimensions)
    vectors = EitherVectors(ChromaVectors(store, embedder.name, home.vectors), scan) if serving else scan

    async def audience(written: str) -> Audience | None:
        return parse_audience(written, await users.everyone())

    intake = Intake(store, words.own(KNOWLEDGE / "strings.toml"), audience, config.knowledge.max_file_mb)
    return HouseLibrary(store, embedder, vectors, intake, Filing(store, embedder), Proving(claims), serving=serving)


def chats_of(config: Config, prompts: Mapping[str, Prompt], database: Database, clock: Clock) -> ChatModels:
    """The chat models, a budget for each person."""
    key = os.environ.get("OPENAI_API_KEY", "")
    return ChatModels(config.models.roles, key, prompts, ContactNames(SqliteNames(database)), SqliteSpending(database), clock)


def skills_of(  # noqa: PLR0913, PLR0917 - a port each, handed in by name
    words: TomlWords, prompts: Mapping[str, Prompt], library: Library, records: RecordQueries, reader: Reader, chats: ChatModels,
    policy: Policy, writers: Writers, contracts: Contracts, *, spoken: SpokenReader, embedder: Embedder, own: OwnFields,
    risks: Callable[[Scope], SeenRisks], beside: Beside, rules: Callable[[], SkillRules], serving: bool,
) -> Skills:
    """All skills, with what they may be handed. serving: all loaded at once, else each on its first use."""
    manifests = list(load_manifests(SKILLS, prompts, PORTS).values())
    return Skills(
        manifests,
        {one.name: (load_skill if serving else late_skill)(one) for one in manifests if one.status == "ready"},
        {one.name: one.code_hash() for one in manifests},
        Versions(prompts),
        {one.name: words.own(one.folder / "strings.toml") for one in manifests},
        words.own(HERE / "dossier" / "strings.toml"),
        library,
        records,
        reader,
        spoken,
        embedder,
        chats,
        policy,
        writers,
        own,
        contracts,
        risks,
        beside,
        rules,
    )


def clockwork_of(
    ground: Ground, rules: Callable[[], ScheduleRules], calendars: LiveCalendars, inner: Sequence[JobKind], kinds: Sequence[JobKind],
    wake: Callable[[], None], zone: str,
) -> Clockwork:
    """The clock of a house that serves."""
    from bot.clockwork import clockwork  # noqa: PLC0415 - a single command needs no library of time

    return clockwork(ground, rules, calendars, inner, kinds, wake, zone)


def comparing_page(visits: Visits, skills: Skills, queries: SqliteQueries, policy: Policy, clock: Clock) -> Comparing:
    """The page of contracts over what the skill makes of them; its code is imported when somebody first looks at one."""
    about = skills.contracts

    async def sides(*papers: KeptPaper, asked: Mapping[str, object], **ports: object) -> dict[str, Any]:
        shows = import_module(COMPARES)
        told: dict[str, Any] = await shows.side_by_side(
            *papers, clauses=about.clauses, comparer=about.comparer, asked=shows.Asked(**asked), **ports
        )
        return told

    async def same(*papers: KeptPaper, **ports: object) -> dict[str, Any]:
        told: dict[str, Any] = await import_module(COMPARES).unchanged(*papers, comparer=about.comparer, **ports)
        return told

    async def marked(*papers: KeptPaper, **ports: object) -> tuple[str, bytes]:
        shows = import_module(COMPARES)
        file: tuple[str, bytes] = await shows.redline(*papers, clauses=about.clauses, comparer=about.comparer, **ports)
        return file

    return Comparing(
        visits, lambda speaker: Seen(skills.papers_of(speaker), queries.within(policy.scope(speaker))), Shows(sides, same, marked),
        skills.words["compare_contracts"], clock,
    )  # fmt: skip


def url_of(config: Config) -> str:
    """How people reach the page."""
    host = f"[{config.server.host}]" if ":" in config.server.host else config.server.host
    return config.server.public_url.rstrip("/") or f"http://{host}:{config.server.port}"


def user_of(entry: UserEntry, ids: Ids) -> User:
    """Somebody as the config names them."""
    handles = {channel: handle for channel, handle in (("wecom", entry.wecom), ("slack", entry.slack)) if handle}
    return User(UserId(ids.new()), entry.name, entry.email, entry.role, entry.team, entry.zone, handles, entry.regions)
